-- +goose Up
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mobile TEXT NOT NULL,
    mobile_key TEXT NOT NULL,
    passwd TEXT NOT NULL,
    nickname TEXT NOT NULL,
    name_key TEXT NOT NULL,
    avatar TEXT NOT NULL DEFAULT '',
    sex TEXT NOT NULL DEFAULT 'U',
    memo TEXT NOT NULL DEFAULT '',
    settings TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX users_mobile ON users (mobile_key);
CREATE INDEX users_name ON users (name_key);

CREATE TABLE logins (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB NOT NULL,
    user_id INTEGER NOT NULL,
    device TEXT NOT NULL,
    ip TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX logins_token ON logins (token_hash);
CREATE INDEX logins_user ON logins (user_id, seen_at);

CREATE TABLE contacts (
    owner_id INTEGER NOT NULL,
    peer_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    memo TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner_id, peer_id)
) WITHOUT ROWID;
CREATE INDEX contacts_peer ON contacts (peer_id, state);

CREATE TABLE communities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    icon TEXT NOT NULL DEFAULT '',
    cate INTEGER NOT NULL DEFAULT 0,
    memo TEXT NOT NULL DEFAULT '',
    join_policy TEXT NOT NULL,
    history_policy TEXT NOT NULL,
    member_limit INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX communities_owner ON communities (owner_id);
CREATE INDEX communities_name ON communities (name_key);

CREATE TABLE join_requests (
    community_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (community_id, user_id)
) WITHOUT ROWID;

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0,
    last_hash BLOB NOT NULL,
    last_at INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX conversations_name ON conversations (name);

CREATE TABLE members (
    conversation_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    joined_seq INTEGER NOT NULL DEFAULT 0,
    received_seq INTEGER NOT NULL DEFAULT 0,
    read_seq INTEGER NOT NULL DEFAULT 0,
    muted INTEGER NOT NULL DEFAULT 0,
    silenced_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_id, user_id)
) WITHOUT ROWID;
CREATE INDEX members_user ON members (user_id);

CREATE TABLE messages (
    conversation_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    sender_id INTEGER NOT NULL,
    msg_id TEXT NOT NULL,
    op TEXT NOT NULL DEFAULT '',
    target INTEGER NOT NULL DEFAULT 0,
    media INTEGER NOT NULL DEFAULT 0,
    content TEXT NOT NULL,
    url TEXT NOT NULL DEFAULT '',
    pic TEXT NOT NULL DEFAULT '',
    memo TEXT NOT NULL DEFAULT '',
    amount INTEGER NOT NULL DEFAULT 0,
    reply_to INTEGER NOT NULL DEFAULT 0,
    crc INTEGER NOT NULL,
    payload_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    sent_at INTEGER NOT NULL,
    recalled_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_id, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX messages_msgid ON messages (conversation_id, sender_id, msg_id);

CREATE TABLE meta (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE meta;
DROP TABLE messages;
DROP TABLE members;
DROP TABLE conversations;
DROP TABLE join_requests;
DROP TABLE communities;
DROP TABLE contacts;
DROP TABLE logins;
DROP TABLE users;
