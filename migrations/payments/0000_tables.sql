CREATE TABLE `charge` (
	`saga_id` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`amount` integer NOT NULL,
	`currency` text NOT NULL,
	`token` text NOT NULL,
	`status` text NOT NULL,
	`called_by` text NOT NULL,
	`calling_until_ms` integer NOT NULL,
	`provider_ref` text,
	CONSTRAINT "charge_amount" CHECK("charge"."amount" >= 0),
	CONSTRAINT "charge_status" CHECK("charge"."status" in ('calling', 'captured', 'declined', 'void'))
);
--> statement-breakpoint
CREATE INDEX `charge_calling` ON `charge` (`calling_until_ms`) WHERE "charge"."status" = 'calling';--> statement-breakpoint
CREATE TABLE `refund` (
	`saga_id` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`amount` integer NOT NULL,
	`currency` text NOT NULL,
	`status` text NOT NULL,
	`provider_ref` text,
	CONSTRAINT "refund_amount" CHECK("refund"."amount" >= 0),
	CONSTRAINT "refund_status" CHECK("refund"."status" in ('calling', 'refunded'))
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
