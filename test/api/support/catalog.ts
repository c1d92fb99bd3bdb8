/** Two products sold in dollars, the second one first, and one that is not. */
export async function stockCatalog(database: D1Database): Promise<void> {
  await database.batch(
    [
      `insert into product values ('MUG', 'Mug', 'For tea', 'Kitchen', '/mug.svg', 2),
         ('POT', 'Pot', 'For soup', 'Kitchen', '/pot.svg', 1),
         ('SAKE', 'Sake', 'For cold nights', 'Kitchen', '/sake.svg', 3)`,
      `insert into price values ('MUG', 'USD', 1000), ('POT', 'USD', 6000), ('SAKE', 'JPY', 900)`,
      `insert into product_text values ('MUG', 'es', 'Taza', 'Para té'), ('MUG', 'ar', 'كوب', 'للشاي')`,
    ].map((statement) => database.prepare(statement)),
  )
}
