CREATE TABLE `webhook_delivery` (
	`endpoint_id` text NOT NULL,
	`event_id` text NOT NULL,
	`type` text NOT NULL,
	`order_id` text,
	`payload` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`attempt` integer NOT NULL,
	`next_at_ms` integer NOT NULL,
	`status` text NOT NULL,
	`last_status` integer,
	`last_error` text,
	`delivered_at_ms` integer,
	`replayed_at_ms` integer,
	`replayed_by` text,
	`replay_reason` text,
	PRIMARY KEY(`endpoint_id`, `event_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `webhook_delivery_newest` ON `webhook_delivery` (`endpoint_id`,`created_at_ms`,`event_id`);--> statement-breakpoint
CREATE INDEX `webhook_delivery_due` ON `webhook_delivery` (`endpoint_id`,`next_at_ms`) WHERE status = 'pending';--> statement-breakpoint
CREATE TABLE `webhook_endpoint` (
	`id` text PRIMARY KEY NOT NULL,
	`url` text NOT NULL,
	`events` text NOT NULL,
	`secret` text NOT NULL,
	`previous_secrets` text DEFAULT '[]' NOT NULL,
	`status` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`changed_at_ms` integer NOT NULL,
	`changed_by` text NOT NULL,
	`change_reason` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_endpoint_url_unique` ON `webhook_endpoint` (`url`);