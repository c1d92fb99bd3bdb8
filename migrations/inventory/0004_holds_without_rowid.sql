-- A row without a rowid costs one row written: its primary key has no index beside the table.
CREATE TABLE `__new_reservation` (
	`order_id` text NOT NULL,
	`sku` text NOT NULL,
	`quantity` integer NOT NULL,
	`status` text NOT NULL,
	PRIMARY KEY(`order_id`, `sku`),
	CONSTRAINT "reservation_quantity" CHECK("__new_reservation"."quantity" > 0),
	CONSTRAINT "reservation_status" CHECK("__new_reservation"."status" in ('held', 'sold', 'released', 'returned'))
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_reservation` SELECT `order_id`, `sku`, `quantity`, `status`
FROM `reservation`;
--> statement-breakpoint
DROP TABLE `reservation`;
--> statement-breakpoint
ALTER TABLE `__new_reservation` RENAME TO `reservation`;
--> statement-breakpoint
CREATE INDEX `reservation_open` ON `reservation` (`order_id`) WHERE "reservation"."status" = 'held';
