-- Development regions: parcels a day by country. Repeating it changes nothing.
insert or ignore into region (code, daily_capacity) values
  ('US', 200), ('GB', 200), ('DE', 200), ('FR', 200), ('ES', 200), ('NL', 200),
  ('CN', 200), ('JP', 200), ('AE', 200), ('SA', 200), ('MX', 200), ('CA', 200),
  -- Small on purpose: its days fill up.
  ('IS', 2);
