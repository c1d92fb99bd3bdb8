-- A row without a rowid costs one row written: its primary key has no index beside the table.
CREATE TABLE `__new_delivery` (
	`order_id` text PRIMARY KEY NOT NULL,
	`region` text NOT NULL,
	`day` text NOT NULL,
	`status` text NOT NULL,
	CONSTRAINT "delivery_status" CHECK("__new_delivery"."status" in ('held', 'booked', 'released'))
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_delivery` SELECT `order_id`, `region`, `day`, `status`
FROM `delivery`;
--> statement-breakpoint
DROP TABLE `delivery`;
--> statement-breakpoint
ALTER TABLE `__new_delivery` RENAME TO `delivery`;
--> statement-breakpoint
CREATE INDEX `delivery_open` ON `delivery` (`order_id`) WHERE "delivery"."status" = 'held';
