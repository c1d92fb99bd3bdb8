-- A row without a rowid costs one row written: its primary key has no index beside the table.
CREATE TABLE `__new_hold` (
	`order_id` text PRIMARY KEY NOT NULL,
	`customer` text NOT NULL,
	`points` integer NOT NULL,
	`status` text NOT NULL,
	CONSTRAINT "hold_points" CHECK("__new_hold"."points" > 0),
	CONSTRAINT "hold_status" CHECK("__new_hold"."status" in ('held', 'spent', 'released', 'returned'))
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_hold` SELECT `order_id`, `customer`, `points`, `status`
FROM `hold`;
--> statement-breakpoint
DROP TABLE `hold`;
--> statement-breakpoint
ALTER TABLE `__new_hold` RENAME TO `hold`;
--> statement-breakpoint
CREATE INDEX `hold_open` ON `hold` (`order_id`) WHERE "hold"."status" = 'held';
