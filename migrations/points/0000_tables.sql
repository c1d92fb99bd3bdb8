CREATE TABLE `account` (
	`customer` text PRIMARY KEY NOT NULL,
	`granted` integer NOT NULL,
	`available` integer NOT NULL,
	`frozen` integer DEFAULT 0 NOT NULL,
	`spent` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "account_not_below_zero" CHECK("account"."available" >= 0 and "account"."frozen" >= 0 and "account"."spent" >= 0),
	CONSTRAINT "account_granted" CHECK("account"."granted" = "account"."available" + "account"."frozen" + "account"."spent")
);
--> statement-breakpoint
CREATE TABLE `hold` (
	`order_id` text PRIMARY KEY NOT NULL,
	`customer` text NOT NULL,
	`points` integer NOT NULL,
	`status` text NOT NULL,
	CONSTRAINT "hold_points" CHECK("hold"."points" > 0),
	CONSTRAINT "hold_status" CHECK("hold"."status" in ('held', 'spent', 'released', 'returned'))
);
--> statement-breakpoint
CREATE INDEX `hold_open` ON `hold` (`order_id`) WHERE "hold"."status" = 'held';--> statement-breakpoint
CREATE TABLE `operation` (
	`saga_id` text NOT NULL,
	`step` text NOT NULL,
	`direction` text NOT NULL,
	`order_id` text NOT NULL,
	`status` text NOT NULL,
	`code` text,
	`output` text,
	`claimed_by` text NOT NULL,
	`traceparent` text NOT NULL,
	`at_ms` integer NOT NULL,
	PRIMARY KEY(`saga_id`, `step`, `direction`),
	CONSTRAINT "operation_status" CHECK("operation"."status" in ('received', 'processed', 'failed', 'compensated')),
	CONSTRAINT "operation_direction" CHECK("operation"."direction" in ('action', 'compensation'))
);
--> statement-breakpoint
CREATE TABLE `fault` (
	`id` integer PRIMARY KEY NOT NULL,
	`faults` text NOT NULL
);
