CREATE TABLE `reservation` (
	`order_id` text NOT NULL,
	`sku` text NOT NULL,
	`quantity` integer NOT NULL,
	`status` text NOT NULL,
	PRIMARY KEY(`order_id`, `sku`),
	CONSTRAINT "reservation_quantity" CHECK("reservation"."quantity" > 0),
	CONSTRAINT "reservation_status" CHECK("reservation"."status" in ('held', 'sold', 'released', 'returned'))
);
--> statement-breakpoint
CREATE INDEX `reservation_open` ON `reservation` (`order_id`) WHERE "reservation"."status" = 'held';--> statement-breakpoint
CREATE TABLE `stock` (
	`sku` text PRIMARY KEY NOT NULL,
	`received` integer NOT NULL,
	`on_hand` integer NOT NULL,
	`reserved` integer DEFAULT 0 NOT NULL,
	`sold` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "stock_reserved" CHECK("stock"."reserved" between 0 and "stock"."on_hand"),
	CONSTRAINT "stock_sold" CHECK("stock"."sold" >= 0),
	CONSTRAINT "stock_received" CHECK("stock"."received" = "stock"."on_hand" + "stock"."sold")
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
