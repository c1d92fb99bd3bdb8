CREATE TABLE `coupon` (
	`code` text PRIMARY KEY NOT NULL,
	`percent_off` integer DEFAULT 0 NOT NULL,
	`amount_off` integer DEFAULT 0 NOT NULL,
	`currency` text NOT NULL,
	`minimum_subtotal` integer DEFAULT 0 NOT NULL,
	`valid_from_ms` integer NOT NULL,
	`valid_until_ms` integer NOT NULL,
	`total_limit` integer,
	`per_customer_limit` integer,
	`held` integer DEFAULT 0 NOT NULL,
	`redeemed` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "coupon_one_discount" CHECK(("coupon"."percent_off" > 0) <> ("coupon"."amount_off" > 0)),
	CONSTRAINT "coupon_percent" CHECK("coupon"."percent_off" between 0 and 100),
	CONSTRAINT "coupon_counts" CHECK("coupon"."held" >= 0 and "coupon"."redeemed" >= 0),
	CONSTRAINT "coupon_total_limit" CHECK("coupon"."total_limit" is null or "coupon"."held" + "coupon"."redeemed" <= "coupon"."total_limit")
);
--> statement-breakpoint
CREATE TABLE `redemption` (
	`order_id` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL,
	`customer` text NOT NULL,
	`status` text NOT NULL,
	CONSTRAINT "redemption_status" CHECK("redemption"."status" in ('held', 'used', 'released', 'returned'))
);
--> statement-breakpoint
CREATE INDEX `redemption_by_customer` ON `redemption` (`customer`,`code`);--> statement-breakpoint
CREATE INDEX `redemption_open` ON `redemption` (`order_id`) WHERE "redemption"."status" = 'held';--> statement-breakpoint
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
