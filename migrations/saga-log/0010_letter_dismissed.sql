ALTER TABLE `dead_letter` ADD `dismissed_at_ms` integer;--> statement-breakpoint
ALTER TABLE `dead_letter` ADD `dismissed_by` text;--> statement-breakpoint
ALTER TABLE `dead_letter` ADD `dismiss_reason` text;