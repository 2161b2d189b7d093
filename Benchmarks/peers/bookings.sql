-- The daemon's booking of a room and its line for a key: what is held, beside the request and its history line.
-- Each procedure times its calls itself, so that no socket is in them; each call is a transaction that waits for the
-- disk. It gives the median of the portions' medians in microseconds, without the first portion.
CREATE EXTENSION btree_gist;
CREATE TABLE ranges (
    room TEXT NOT NULL,
    during INT8RANGE NOT NULL,
    request BIGINT NOT NULL,
    EXCLUDE USING gist (room WITH =, during WITH &&)
);
CREATE INDEX ranges_of_request ON ranges (request);
CREATE TABLE claims (
    claim TEXT PRIMARY KEY,
    request BIGINT NOT NULL
);
CREATE TABLE queue (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    claim TEXT NOT NULL,
    request BIGINT NOT NULL,
    PRIMARY KEY (claim, number)
);
CREATE INDEX queue_of_request ON queue (request);

CREATE FUNCTION now_ms() RETURNS BIGINT LANGUAGE sql AS 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::BIGINT';

CREATE FUNCTION opened(service TEXT, state TEXT) RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    request BIGINT;
BEGIN
    INSERT INTO requests (id, service, state, is_open, resident, opened_at, record, version)
    VALUES (gen_random_uuid(), service, state, true, 'apt-1', now_ms(), '{"time":{"start":1,"end":2}}', 1)
    RETURNING row INTO request;
    INSERT INTO history (request, service, at, actor, event, to_state, input)
    VALUES (request, service, now_ms(), 'bench', 'open', state, '{"wait":false}');
    RETURN request;
END $$;

CREATE PROCEDURE moved(moving BIGINT, service TEXT, event TEXT, from_state TEXT, to_state TEXT, stays_open BOOLEAN)
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE requests SET state = to_state, is_open = stays_open, version = version + 1,
        closed_at = CASE WHEN stays_open THEN NULL ELSE now_ms() END
    WHERE row = moving;
    INSERT INTO history (request, service, at, actor, event, from_state, to_state)
    VALUES (moving, service, now_ms(), 'bench', event, from_state, to_state);
END $$;

CREATE FUNCTION median(durations DOUBLE PRECISION[]) RETURNS DOUBLE PRECISION LANGUAGE sql AS
    'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY duration) FROM unnest(durations) AS duration';

-- Every second hour is booked; the hours between them are booked and given back, one at a time.
CREATE PROCEDURE measure_booking(others BIGINT, passes INT, calls INT, INOUT median_us DOUBLE PRECISION)
LANGUAGE plpgsql AS $$
DECLARE
    began TIMESTAMPTZ;
    durations DOUBLE PRECISION[];
    medians DOUBLE PRECISION[] := '{}';
    hour BIGINT;
    booking BIGINT;
BEGIN
    INSERT INTO ranges SELECT 'room', int8range(2 * i * 3600000, (2 * i + 1) * 3600000), opened('booking.room', 'booked')
    FROM generate_series(0, others - 1) AS i;
    COMMIT;
    ANALYZE;
    FOR pass IN 0..passes LOOP
        durations := '{}';
        FOR number IN 0..calls - 1 LOOP
            hour := 2 * ((pass * calls + number)::BIGINT * 7919 % others) + 1;
            began := clock_timestamp();
            booking := opened('booking.room', 'booked');
            INSERT INTO ranges VALUES ('room', int8range(hour * 3600000, (hour + 1) * 3600000), booking);
            COMMIT;
            durations := durations || (extract(epoch FROM clock_timestamp() - began) * 1e6)::DOUBLE PRECISION;
            CALL moved(booking, 'booking.room', 'cancel', 'booked', 'cancelled', false);
            DELETE FROM ranges WHERE request = booking;
            COMMIT;
        END LOOP;
        IF pass > 0 THEN medians := medians || median(durations); END IF;
    END LOOP;
    median_us := median(medians);
END $$;

-- The holder returns the key and the first in line gets it; then another gets into line.
CREATE PROCEDURE measure_grant(others BIGINT, passes INT, calls INT, INOUT median_us DOUBLE PRECISION)
LANGUAGE plpgsql AS $$
DECLARE
    began TIMESTAMPTZ;
    durations DOUBLE PRECISION[];
    medians DOUBLE PRECISION[] := '{}';
    holder BIGINT := opened('booking.key', 'lent');
    first BIGINT;
BEGIN
    INSERT INTO claims VALUES ('key', holder);
    INSERT INTO queue (claim, request) SELECT 'key', opened('booking.key', 'in line') FROM generate_series(1, others);
    COMMIT;
    ANALYZE;
    FOR pass IN 0..passes LOOP
        durations := '{}';
        FOR turn IN 1..calls LOOP
            began := clock_timestamp();
            CALL moved(holder, 'booking.key', 'return', 'lent', 'returned', false);
            DELETE FROM queue WHERE claim = 'key' AND number = (
                SELECT number FROM queue WHERE claim = 'key' ORDER BY number FOR UPDATE SKIP LOCKED LIMIT 1)
            RETURNING request INTO first;
            UPDATE claims SET request = first WHERE claim = 'key';
            CALL moved(first, 'booking.key', 'granted', 'in line', 'lent', true);
            COMMIT;
            durations := durations || (extract(epoch FROM clock_timestamp() - began) * 1e6)::DOUBLE PRECISION;
            holder := first;
            INSERT INTO queue (claim, request) VALUES ('key', opened('booking.key', 'in line'));
            COMMIT;
        END LOOP;
        IF pass > 0 THEN medians := medians || median(durations); END IF;
    END LOOP;
    median_us := median(medians);
END $$;
