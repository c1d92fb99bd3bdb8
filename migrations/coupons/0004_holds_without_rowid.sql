-- A row without a rowid costs one row written: its primary key has no index beside the table.
CREATE TABLE `__new_redemption` (
	`order_id` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL,
	`customer` text NOT NULL,
	`status` text NOT NULL,
	CONSTRAINT "redemption_status" CHECK("__new_redemption"."status" in ('held', 'used', 'released', 'returned'))
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_redemption` SELECT `order_id`, `code`, `customer`, `status`
FROM `redemption`;
--> statement-breakpoint
DROP TABLE `redemption`;
--> statement-breakpoint
ALTER TABLE `__new_redemption` RENAME TO `redemption`;
--> statement-breakpoint
CREATE INDEX `redemption_by_customer` ON `redemption` (`customer`,`code`);
--> statement-breakpoint
CREATE INDEX `redemption_open` ON `redemption` (`order_id`) WHERE "redemption"."status" = 'held';
