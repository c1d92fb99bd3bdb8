CREATE TABLE `dead_letter` (
	`message_id` text PRIMARY KEY NOT NULL,
	`at_ms` integer NOT NULL,
	`kind` text NOT NULL,
	`order_id` text,
	`saga_id` text,
	`step` text,
	`body` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `saga_event` (
	`order_id` text NOT NULL,
	`seq` integer NOT NULL,
	`saga_id` text NOT NULL,
	`at_ms` integer NOT NULL,
	`events` text NOT NULL,
	`trace_id` text NOT NULL,
	PRIMARY KEY(`order_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `saga_instance` (
	`saga_id` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`definition` text NOT NULL,
	`version` integer NOT NULL,
	`status` text NOT NULL,
	`customer_id` text NOT NULL,
	`order_status` text NOT NULL,
	`settled` integer NOT NULL,
	`summary` text NOT NULL,
	`started_at_ms` integer NOT NULL,
	`deadline_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	`last_seq` integer NOT NULL,
	`epoch` integer NOT NULL,
	`trace_id` text NOT NULL,
	`failure_code` text,
	`has_gap` integer DEFAULT false NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `saga_instance_customer` ON `saga_instance` (`customer_id`,`started_at_ms`);--> statement-breakpoint
CREATE INDEX `saga_instance_open` ON `saga_instance` (`updated_at_ms`) WHERE settled = 0 or has_gap = 1;