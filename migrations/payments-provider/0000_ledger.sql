CREATE TABLE `ledger_charge` (
	`key` text PRIMARY KEY NOT NULL,
	`order_id` text,
	`amount` integer NOT NULL,
	`currency` text NOT NULL,
	`status` text NOT NULL,
	`reference` text NOT NULL,
	`visible_at_ms` integer NOT NULL,
	CONSTRAINT "ledger_charge_status" CHECK("ledger_charge"."status" in ('captured', 'declined', 'voided'))
);
--> statement-breakpoint
CREATE INDEX `ledger_charge_by_order` ON `ledger_charge` (`order_id`);--> statement-breakpoint
CREATE TABLE `ledger_refund` (
	`key` text PRIMARY KEY NOT NULL,
	`charge_key` text NOT NULL,
	`amount` integer NOT NULL,
	`reference` text NOT NULL,
	CONSTRAINT "ledger_refund_amount" CHECK("ledger_refund"."amount" >= 0)
);
--> statement-breakpoint
CREATE INDEX `ledger_refund_by_charge` ON `ledger_refund` (`charge_key`);