-- R7: received → processed or failed, processed → compensated, and nothing else, whoever writes.
CREATE TRIGGER `operation_transition` BEFORE UPDATE OF `status` ON `operation` WHEN NOT ((OLD.`status` = 'received' AND NEW.`status` IN ('processed', 'failed')) OR (OLD.`status` = 'processed' AND NEW.`status` = 'compensated')) BEGIN SELECT RAISE(ABORT, 'illegal transition of an operation'); END;
