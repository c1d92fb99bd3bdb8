CREATE TABLE `product_text` (
	`sku` text NOT NULL,
	`language` text NOT NULL,
	`title` text NOT NULL,
	`description` text NOT NULL,
	PRIMARY KEY(`sku`, `language`),
	FOREIGN KEY (`sku`) REFERENCES `product`(`sku`) ON UPDATE no action ON DELETE no action
);
