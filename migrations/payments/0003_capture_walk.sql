CREATE TABLE `capture_walk` (
	`one` integer PRIMARY KEY NOT NULL,
	`after` text,
	CONSTRAINT "capture_walk_one" CHECK("capture_walk"."one" = 1)
);
