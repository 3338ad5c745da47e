-- +goose Up
CREATE TABLE commit_log (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    node TEXT    NOT NULL,
    at   INTEGER NOT NULL,
    news TEXT    NOT NULL
);

CREATE TABLE last_seen (
    user_id INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL
);

-- +goose Down
DROP TABLE last_seen;
DROP TABLE commit_log;
