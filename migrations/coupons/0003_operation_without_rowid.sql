-- A row without a rowid costs one row written: its primary key has no index beside the table.
CREATE TABLE `__new_operation` (
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
	`lease_until_ms` integer,
	PRIMARY KEY(`saga_id`, `step`, `direction`),
	CONSTRAINT "operation_status" CHECK("__new_operation"."status" in ('received', 'processed', 'failed', 'compensated')),
	CONSTRAINT "operation_direction" CHECK("__new_operation"."direction" in ('action', 'compensation'))
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_operation` SELECT `saga_id`, `step`, `direction`, `order_id`, `status`, `code`, `output`, `claimed_by`, `traceparent`, `at_ms`, `lease_until_ms`
FROM `operation`;
--> statement-breakpoint
DROP TABLE `operation`;
--> statement-breakpoint
ALTER TABLE `__new_operation` RENAME TO `operation`;
--> statement-breakpoint
-- R7: received → processed or failed, processed → compensated, and nothing else, whoever writes.
CREATE TRIGGER `operation_transition` BEFORE UPDATE OF `status` ON `operation` WHEN NOT ((OLD.`status` = 'received' AND NEW.`status` IN ('processed', 'failed')) OR (OLD.`status` = 'processed' AND NEW.`status` = 'compensated')) BEGIN SELECT RAISE(ABORT, 'illegal transition of an operation'); END;
