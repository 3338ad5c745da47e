-- +goose Up
CREATE TABLE IF NOT EXISTS commit_log (
    id   BIGINT      NOT NULL AUTO_INCREMENT,
    node VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at   BIGINT      NOT NULL,
    news MEDIUMTEXT  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS last_seen (
    user_id BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE last_seen, commit_log;
