package model

// User is a person with an account.
type User struct {
	ID int64
	// Mobile is the account name as its owner wrote it, in composed form.
	Mobile string
	// MobileKey is AccountKey(Mobile); unique.
	MobileKey string
	// Passwd is an Argon2id PHC string. It never leaves the process.
	Passwd   string
	Nickname string
	// NameKey is SearchKey(Nickname).
	NameKey    string
	Avatar     string
	Sex        string
	Memo       string
	Settings   Settings `gorm:"serializer:json"`
	CreatedAt  Millis   `gorm:"autoCreateTime:false"`
	DisabledAt Millis
}

// Settings are a user's own choices; the zero value is the default.
type Settings struct {
	// Approve asks before somebody becomes a friend.
	Approve bool `json:"approve,omitempty"`
	// Theme is "", "light" or "dark"; "" follows the device.
	Theme string `json:"theme,omitempty"`
	// Lang is "", "en" or "zh"; "" follows the browser.
	Lang string `json:"lang,omitempty"`
	// EnterBreaks makes Enter break the line and Ctrl+Enter send.
	EnterBreaks bool `json:"enter_breaks,omitempty"`
}

// Login is the proof of identity of one device. The token itself is not stored.
type Login struct {
	ID        int64
	TokenHash []byte
	UserID    int64
	Device    string
	IP        string
	CreatedAt Millis `gorm:"autoCreateTime:false"`
	SeenAt    Millis
	ExpiresAt Millis
}
