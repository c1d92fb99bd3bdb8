-- A row without a rowid costs one row written: its primary key has no index beside the table.
CREATE TABLE `__new_charge` (
	`saga_id` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`amount` integer NOT NULL,
	`currency` text NOT NULL,
	`token` text NOT NULL,
	`status` text NOT NULL,
	`called_by` text NOT NULL,
	`calling_until_ms` integer NOT NULL,
	`provider_ref` text,
	CONSTRAINT "charge_amount" CHECK("__new_charge"."amount" >= 0),
	CONSTRAINT "charge_status" CHECK("__new_charge"."status" in ('calling', 'captured', 'declined', 'void'))
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_charge` SELECT `saga_id`, `order_id`, `amount`, `currency`, `token`, `status`, `called_by`, `calling_until_ms`, `provider_ref`
FROM `charge`;
--> statement-breakpoint
DROP TABLE `charge`;
--> statement-breakpoint
ALTER TABLE `__new_charge` RENAME TO `charge`;
--> statement-breakpoint
CREATE INDEX `charge_calling` ON `charge` (`calling_until_ms`) WHERE "charge"."status" = 'calling';
--> statement-breakpoint
CREATE TABLE `__new_refund` (
	`saga_id` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`amount` integer NOT NULL,
	`currency` text NOT NULL,
	`status` text NOT NULL,
	`provider_ref` text,
	CONSTRAINT "refund_amount" CHECK("__new_refund"."amount" >= 0),
	CONSTRAINT "refund_status" CHECK("__new_refund"."status" in ('calling', 'refunded'))
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_refund` SELECT `saga_id`, `order_id`, `amount`, `currency`, `status`, `provider_ref`
FROM `refund`;
--> statement-breakpoint
DROP TABLE `refund`;
--> statement-breakpoint
ALTER TABLE `__new_refund` RENAME TO `refund`;
