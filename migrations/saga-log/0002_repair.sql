ALTER TABLE `dead_letter` ADD `replayed_at_ms` integer;--> statement-breakpoint
ALTER TABLE `dead_letter` ADD `replayed_by` text;--> statement-breakpoint
ALTER TABLE `dead_letter` ADD `replay_reason` text;--> statement-breakpoint
ALTER TABLE `saga_event` ADD `epoch` integer DEFAULT 1 NOT NULL;