-- What retention needs: worker/saga-log/retention.ts.
CREATE TABLE `prune_walk` (
	`one` integer PRIMARY KEY NOT NULL,
	`after_ms` integer NOT NULL,
	CONSTRAINT "prune_walk_one" CHECK("prune_walk"."one" = 1)
);
--> statement-breakpoint
ALTER TABLE `saga_instance` ADD `pruned` integer DEFAULT false NOT NULL;
