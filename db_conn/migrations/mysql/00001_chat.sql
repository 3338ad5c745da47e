-- MySQL commits each statement by itself, so one that was interrupted must be able to run again.
-- +goose Up
CREATE TABLE IF NOT EXISTS users (
    id          BIGINT       NOT NULL AUTO_INCREMENT,
    mobile      VARCHAR(64)  NOT NULL,
    mobile_key  VARCHAR(191) NOT NULL,
    passwd      VARCHAR(255) NOT NULL,
    nickname    VARCHAR(64)  NOT NULL,
    name_key    VARCHAR(191) NOT NULL,
    avatar      VARCHAR(512) NOT NULL DEFAULT '',
    sex         VARCHAR(1)   NOT NULL DEFAULT 'U',
    memo        VARCHAR(512) NOT NULL DEFAULT '',
    settings    TEXT         NOT NULL,
    created_at  BIGINT       NOT NULL,
    disabled_at BIGINT       NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    UNIQUE KEY users_mobile (mobile_key),
    KEY users_name (name_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS logins (
    id         BIGINT       NOT NULL AUTO_INCREMENT,
    token_hash BINARY(32)   NOT NULL,
    user_id    BIGINT       NOT NULL,
    device     VARCHAR(128) NOT NULL,
    ip         VARCHAR(45)  NOT NULL,
    created_at BIGINT       NOT NULL,
    seen_at    BIGINT       NOT NULL,
    expires_at BIGINT       NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY logins_token (token_hash),
    KEY logins_user (user_id, seen_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS contacts (
    owner_id   BIGINT       NOT NULL,
    peer_id    BIGINT       NOT NULL,
    state      VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    memo       VARCHAR(128) NOT NULL DEFAULT '',
    created_at BIGINT       NOT NULL,
    PRIMARY KEY (owner_id, peer_id),
    KEY contacts_peer (peer_id, state)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS communities (
    id             BIGINT       NOT NULL AUTO_INCREMENT,
    name           VARCHAR(64)  NOT NULL,
    name_key       VARCHAR(191) NOT NULL,
    owner_id       BIGINT       NOT NULL,
    icon           VARCHAR(512) NOT NULL DEFAULT '',
    cate           INT          NOT NULL DEFAULT 0,
    memo           VARCHAR(512) NOT NULL DEFAULT '',
    join_policy    VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    history_policy VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    member_limit   INT          NOT NULL,
    created_at     BIGINT       NOT NULL,
    PRIMARY KEY (id),
    KEY communities_owner (owner_id),
    KEY communities_name (name_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS join_requests (
    community_id BIGINT NOT NULL,
    user_id      BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (community_id, user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS conversations (
    id        BIGINT      NOT NULL AUTO_INCREMENT,
    name      VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    last_seq  BIGINT      NOT NULL DEFAULT 0,
    last_hash BINARY(32)  NOT NULL,
    last_at   BIGINT      NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    UNIQUE KEY conversations_name (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS members (
    conversation_id BIGINT      NOT NULL,
    user_id         BIGINT      NOT NULL,
    role            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    joined_seq      BIGINT      NOT NULL DEFAULT 0,
    received_seq    BIGINT      NOT NULL DEFAULT 0,
    read_seq        BIGINT      NOT NULL DEFAULT 0,
    muted           TINYINT(1)  NOT NULL DEFAULT 0,
    silenced_until  BIGINT      NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_id, user_id),
    KEY members_user (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS messages (
    conversation_id BIGINT        NOT NULL,
    seq             BIGINT        NOT NULL,
    sender_id       BIGINT        NOT NULL,
    msg_id          VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    op              VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    target          BIGINT        NOT NULL DEFAULT 0,
    media           SMALLINT      NOT NULL DEFAULT 0,
    content         MEDIUMTEXT    NOT NULL,
    url             VARCHAR(2048) NOT NULL DEFAULT '',
    pic             VARCHAR(2048) NOT NULL DEFAULT '',
    memo            VARCHAR(1024) NOT NULL DEFAULT '',
    amount          BIGINT        NOT NULL DEFAULT 0,
    reply_to        BIGINT        NOT NULL DEFAULT 0,
    crc             INT UNSIGNED  NOT NULL,
    payload_hash    BINARY(32)    NOT NULL,
    hash            BINARY(32)    NOT NULL,
    sent_at         BIGINT        NOT NULL,
    recalled_at     BIGINT        NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_id, seq),
    UNIQUE KEY messages_msgid (conversation_id, sender_id, msg_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin ROW_FORMAT = DYNAMIC;

CREATE TABLE IF NOT EXISTS meta (
    name  VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    value VARCHAR(255) NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE meta, messages, members, conversations, join_requests, communities, contacts, logins, users;
