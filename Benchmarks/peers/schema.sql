-- The daemon's request, history line and timer, with the indexes that its ledger keeps of them.
CREATE TABLE requests (
    row BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    service TEXT NOT NULL,
    state TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    resident TEXT,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    record TEXT NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX requests_open ON requests (service, row) WHERE is_open;
CREATE INDEX requests_of_resident ON requests (resident, row) WHERE resident IS NOT NULL;
CREATE TABLE history (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request BIGINT NOT NULL,
    service TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    event TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT,
    input TEXT,
    note_fr TEXT,
    note_en TEXT
);
CREATE INDEX history_of_request ON history (request);
CREATE TABLE timers (
    request BIGINT NOT NULL,
    name TEXT NOT NULL,
    service TEXT NOT NULL,
    due BIGINT NOT NULL,
    attended BOOLEAN NOT NULL DEFAULT true,
    PRIMARY KEY (request, name)
);
CREATE INDEX timers_due ON timers (due) WHERE attended;
