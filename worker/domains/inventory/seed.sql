-- Development stock. Repeating it changes nothing.
insert or ignore into stock (sku, received, on_hand) values
  ('MUG-CLAY', 120, 120),
  ('TEAPOT-IRON', 40, 40),
  ('LAMP-DESK', 60, 60),
  ('CHAIR-OAK', 25, 25),
  ('PLANT-FERN', 80, 80),
  ('PACK-CANVAS', 45, 45),
  ('CLOCK-WALL', 50, 50),
  ('PHONES-OVER', 35, 35),
  ('NOTE-DOT', 300, 300),
  ('CANDLE-FIG', 150, 150),
  ('THROW-WOOL', 55, 55),
  ('BELL-BIKE', 200, 200),
  ('UMBRELLA-RED', 70, 70),
  ('CAMERA-FILM', 20, 20),
  ('VASE-BLUE', 3, 3),
  ('BOARD-CUT', 90, 90);
