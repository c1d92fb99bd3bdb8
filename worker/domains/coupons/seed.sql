-- Development coupons: from 2026-01-01 until before 2030-01-01. Repeating it changes nothing.
insert or ignore into coupon
  (code, percent_off, amount_off, currency, minimum_subtotal,
   valid_from_ms, valid_until_ms, total_limit, per_customer_limit) values
  ('WELCOME10', 10,   0, 'USD',     0, 1767225600000, 1893456000000, null, 1),
  ('FIVER',      0, 500, 'USD',  3000, 1767225600000, 1893456000000, null, null),
  ('LASTONE',   20,   0, 'USD',     0, 1767225600000, 1893456000000, 1,    null),
  ('EXPIRED20', 20,   0, 'USD',     0, 1735689600000, 1767225600000, null, null),
  ('BIG25',     25,   0, 'USD', 15000, 1767225600000, 1893456000000, null, null);
