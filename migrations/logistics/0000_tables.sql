CREATE TABLE `delivery` (
	`order_id` text PRIMARY KEY NOT NULL,
	`region` text NOT NULL,
	`day` text NOT NULL,
	`status` text NOT NULL,
	CONSTRAINT "delivery_status" CHECK("delivery"."status" in ('held', 'booked', 'released'))
);
--> statement-breakpoint
CREATE INDEX `delivery_open` ON `delivery` (`order_id`) WHERE "delivery"."status" = 'held';--> statement-breakpoint
CREATE TABLE `delivery_day` (
	`region` text NOT NULL,
	`day` text NOT NULL,
	`capacity` integer NOT NULL,
	`reserved` integer DEFAULT 0 NOT NULL,
	`booked` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`region`, `day`),
	CONSTRAINT "delivery_day_counts" CHECK("delivery_day"."reserved" >= 0 and "delivery_day"."booked" >= 0),
	CONSTRAINT "delivery_day_capacity" CHECK("delivery_day"."reserved" + "delivery_day"."booked" <= "delivery_day"."capacity")
);
--> statement-breakpoint
CREATE TABLE `region` (
	`code` text PRIMARY KEY NOT NULL,
	`daily_capacity` integer NOT NULL,
	CONSTRAINT "region_capacity" CHECK("region"."daily_capacity" >= 0)
);
--> statement-breakpoint
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
