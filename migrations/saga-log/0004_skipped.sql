-- As in 0001, and a step that an operator has given up is skipped.
DROP VIEW `step_execution`;
--> statement-breakpoint
DROP VIEW `compensation_action`;
--> statement-breakpoint
CREATE VIEW `step_execution` AS
WITH run AS (
  SELECT e.saga_id, e.order_id, e.trace_id, e.seq, e.at_ms,
    v.value->>'step' AS step, v.value->>'type' AS type,
    v.value->>'attempt' AS attempt, v.value->>'code' AS code
  FROM saga_event e, json_each(e.events) v
  WHERE v.value->>'direction' = 'action' OR v.value->>'type' IN ('step-succeeded', 'step-rejected')
)
SELECT
  saga_id || '/' || step || '/action' AS step_id,
  saga_id, order_id, step,
  max(attempt) AS attempts,
  coalesce(
    max(CASE type WHEN 'step-succeeded' THEN 'succeeded' WHEN 'step-rejected' THEN 'rejected' END),
    CASE (SELECT l.type FROM run l WHERE l.saga_id = run.saga_id AND l.step = run.step
        AND l.type <> 'reply-recorded' ORDER BY l.seq DESC LIMIT 1)
      WHEN 'step-parked' THEN 'parked' WHEN 'step-skipped' THEN 'skipped'
      ELSE 'started' END
  ) AS status,
  (SELECT l.code FROM run l WHERE l.saga_id = run.saga_id AND l.step = run.step
    AND l.code IS NOT NULL ORDER BY l.seq DESC LIMIT 1) AS code,
  min(CASE type WHEN 'command-sent' THEN at_ms END) AS started_at_ms,
  min(CASE WHEN type IN ('step-succeeded', 'step-rejected', 'step-skipped') THEN at_ms END)
    AS ended_at_ms,
  max(trace_id) AS trace_id
FROM run
GROUP BY saga_id, order_id, step;
--> statement-breakpoint
CREATE VIEW `compensation_action` AS
WITH run AS (
  SELECT e.saga_id, e.order_id, e.trace_id, e.seq, e.at_ms,
    v.value->>'step' AS step, v.value->>'type' AS type,
    v.value->>'attempt' AS attempt, v.value->>'code' AS code
  FROM saga_event e, json_each(e.events) v
  WHERE v.value->>'direction' = 'compensation' OR v.value->>'type' IN ('step-compensated')
)
SELECT
  saga_id || '/' || step || '/compensation' AS compensation_id,
  saga_id, order_id, step,
  max(attempt) AS attempts,
  coalesce(
    max(CASE type WHEN 'step-compensated' THEN 'compensated' END),
    CASE (SELECT l.type FROM run l WHERE l.saga_id = run.saga_id AND l.step = run.step
        AND l.type <> 'reply-recorded' ORDER BY l.seq DESC LIMIT 1)
      WHEN 'step-parked' THEN 'parked' WHEN 'step-skipped' THEN 'skipped'
      ELSE 'started' END
  ) AS status,
  (SELECT l.code FROM run l WHERE l.saga_id = run.saga_id AND l.step = run.step
    AND l.code IS NOT NULL ORDER BY l.seq DESC LIMIT 1) AS code,
  min(CASE type WHEN 'command-sent' THEN at_ms END) AS started_at_ms,
  min(CASE WHEN type IN ('step-compensated', 'step-skipped') THEN at_ms END) AS ended_at_ms,
  max(trace_id) AS trace_id
FROM run
GROUP BY saga_id, order_id, step;
