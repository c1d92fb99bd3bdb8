-- The catalog of the demo shop. Safe to run again: rows that exist stay as they are.
-- Amounts are minor units: cents for USD and EUR, fen for CNY, whole yen for JPY.

INSERT OR IGNORE INTO product (sku, title, description, category, image, position) VALUES
  ('MUG-CLAY', 'Clay mug', 'Terracotta stoneware, dipped by hand in a speckled cream glaze. Holds 350 ml and goes in the dishwasher.', 'Kitchen', '/products/mug-clay.svg', 1),
  ('TEAPOT-IRON', 'Iron teapot', 'Cast iron with an enamelled inside and a cane-wrapped handle. Keeps 0.8 litres warm; comes with a steel strainer.', 'Kitchen', '/products/teapot-iron.svg', 2),
  ('LAMP-DESK', 'Desk lamp', 'A jointed steel arm and a shade that tilts to where the work is. Takes one E27 bulb, cable 1.8 m.', 'Desk', '/products/lamp-desk.svg', 3),
  ('CHAIR-OAK', 'Oak chair', 'Solid oak with a spindle back, finished in hard-wax oil. Seat height 45 cm; arrives assembled.', 'Living', '/products/chair-oak.svg', 4),
  ('PLANT-FERN', 'Potted fern', 'A sword fern, about 40 cm across, in a cream clay pot. Likes half shade and soil that never dries out.', 'Living', '/products/plant-fern.svg', 5),
  ('PACK-CANVAS', 'Canvas backpack', 'Waxed cotton canvas, leather straps and brass buckles. Holds 18 litres, with a padded sleeve for a 14-inch laptop.', 'Outdoors', '/products/pack-canvas.svg', 6),
  ('CLOCK-WALL', 'Wall clock', 'A beech rim around a plain cream dial, 30 cm across. The quiet sweep movement runs on one AA cell.', 'Living', '/products/clock-wall.svg', 7),
  ('PHONES-OVER', 'Over-ear headphones', 'Closed cups with replaceable leather cushions and a folding headband. Wireless for 30 hours, or wired with the cable in the box.', 'Desk', '/products/phones-over.svg', 8),
  ('NOTE-DOT', 'Dotted notebook', '192 pages of 100 g paper with a 5 mm dot grid. Sewn so that it lies flat, with a ribbon and an elastic band.', 'Desk', '/products/note-dot.svg', 9),
  ('CANDLE-FIG', 'Fig candle', 'Soy wax that smells of ripe fig and a little cedar. Burns for about 45 hours; the glass makes a good tumbler afterwards.', 'Living', '/products/candle-fig.svg', 10),
  ('THROW-WOOL', 'Wool throw', 'Lambswool in oatmeal with rust and blue stripes and a short fringe. 130 by 180 cm, enough for two on a sofa.', 'Living', '/products/throw-wool.svg', 11),
  ('BELL-BIKE', 'Bicycle bell', 'A spun brass dome with a clear, long ring. The clamp fits handlebars from 22 to 26 mm.', 'Outdoors', '/products/bell-bike.svg', 12),
  ('UMBRELLA-RED', 'Red umbrella', 'Eight fibreglass ribs under a red canopy, on a shaft that ends in a bent-wood handle. 104 cm across when open.', 'Outdoors', '/products/umbrella-red.svg', 13),
  ('CAMERA-FILM', 'Film camera', 'A 35 mm reflex with a 50 mm f/1.8 lens and a light meter. Overhauled, tested with a roll of film, and sold with a strap.', 'Outdoors', '/products/camera-film.svg', 14),
  ('VASE-BLUE', 'Blue vase', 'Stoneware with a deep blue glaze that stops just short of the foot. 22 cm tall; the narrow neck holds a few stems upright.', 'Living', '/products/vase-blue.svg', 15),
  ('BOARD-CUT', 'Cutting board', 'Oak with a walnut stripe through the handle, 40 by 24 cm. Oiled and ready to use; wash it by hand.', 'Kitchen', '/products/board-cut.svg', 16);

INSERT OR IGNORE INTO price (sku, currency, amount) VALUES
  ('MUG-CLAY', 'USD', 1800), ('MUG-CLAY', 'EUR', 1700), ('MUG-CLAY', 'CNY', 12800), ('MUG-CLAY', 'JPY', 2700),
  ('TEAPOT-IRON', 'USD', 6400), ('TEAPOT-IRON', 'EUR', 5900), ('TEAPOT-IRON', 'CNY', 45900), ('TEAPOT-IRON', 'JPY', 9600),
  ('LAMP-DESK', 'USD', 8900), ('LAMP-DESK', 'EUR', 8200), ('LAMP-DESK', 'CNY', 63900), ('LAMP-DESK', 'JPY', 13400),
  ('CHAIR-OAK', 'USD', 24000), ('CHAIR-OAK', 'EUR', 22000), ('CHAIR-OAK', 'CNY', 172900), ('CHAIR-OAK', 'JPY', 36000),
  ('PLANT-FERN', 'USD', 2600), ('PLANT-FERN', 'EUR', 2400), ('PLANT-FERN', 'CNY', 18800), ('PLANT-FERN', 'JPY', 3900),
  ('PACK-CANVAS', 'USD', 12800), ('PACK-CANVAS', 'EUR', 11800), ('PACK-CANVAS', 'CNY', 91900), ('PACK-CANVAS', 'JPY', 19200),
  ('CLOCK-WALL', 'USD', 4800), ('CLOCK-WALL', 'EUR', 4400), ('CLOCK-WALL', 'CNY', 34500), ('CLOCK-WALL', 'JPY', 7200),
  ('PHONES-OVER', 'USD', 18900), ('PHONES-OVER', 'EUR', 17400), ('PHONES-OVER', 'CNY', 135900), ('PHONES-OVER', 'JPY', 28400),
  ('NOTE-DOT', 'USD', 600), ('NOTE-DOT', 'EUR', 550), ('NOTE-DOT', 'CNY', 4300), ('NOTE-DOT', 'JPY', 900),
  ('CANDLE-FIG', 'USD', 2200), ('CANDLE-FIG', 'EUR', 2000), ('CANDLE-FIG', 'CNY', 15800), ('CANDLE-FIG', 'JPY', 3300),
  ('THROW-WOOL', 'USD', 9800), ('THROW-WOOL', 'EUR', 9000), ('THROW-WOOL', 'CNY', 69900), ('THROW-WOOL', 'JPY', 14700),
  ('BELL-BIKE', 'USD', 1600), ('BELL-BIKE', 'EUR', 1500), ('BELL-BIKE', 'CNY', 11500), ('BELL-BIKE', 'JPY', 2400),
  ('UMBRELLA-RED', 'USD', 3900), ('UMBRELLA-RED', 'EUR', 3600), ('UMBRELLA-RED', 'CNY', 27900), ('UMBRELLA-RED', 'JPY', 5900),
  ('CAMERA-FILM', 'USD', 21500), ('CAMERA-FILM', 'EUR', 19800), ('CAMERA-FILM', 'CNY', 154900), ('CAMERA-FILM', 'JPY', 32300),
  ('VASE-BLUE', 'USD', 4200), ('VASE-BLUE', 'EUR', 3900), ('VASE-BLUE', 'CNY', 30500), ('VASE-BLUE', 'JPY', 6300),
  ('BOARD-CUT', 'USD', 3400), ('BOARD-CUT', 'EUR', 3100), ('BOARD-CUT', 'CNY', 24500), ('BOARD-CUT', 'JPY', 5100);
