package model

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
)

// Media says how a message is to be shown, by its wire number.
type Media int

const (
	MediaText    Media = 1
	MediaCard    Media = 2 // link card: content=title, url, pic, memo
	MediaVoice   Media = 3 // url, amount=seconds
	MediaImage   Media = 4 // url, pic=thumbnail
	MediaSticker Media = 6
	MediaLink    Media = 7
	MediaVideo   Media = 8 // url, pic=poster, amount=seconds
	MediaContact Media = 9
	MediaFile    Media = 10 // url, memo=name, amount=bytes
)

// Known reports whether m is a number of docs/protocol.md.
func (m Media) Known() bool { return m >= MediaText && m <= MediaFile && m != 5 }

// Draft is what a user wants to say. Everything in it is the client's word.
type Draft struct {
	// Op is "" for a message; else the entry tells of something done to the
	// conversation, Target being whom or what it was done to.
	Op      Op
	Target  int64
	Media   Media
	Content string
	URL     string
	Pic     string
	Memo    string
	Amount  int64
	ReplyTo int64
}

// PayloadHash is what makes two sends under one msgid the same send.
func (d *Draft) PayloadHash() []byte {
	buf := make([]byte, 0, 64+len(d.Op)+len(d.Content)+len(d.URL)+len(d.Pic)+len(d.Memo))
	for _, text := range [...]string{string(d.Op), d.Content, d.URL, d.Pic, d.Memo} {
		buf = binary.AppendUvarint(buf, uint64(len(text))) // lengths keep neighbours apart
		buf = append(buf, text...)
	}
	for _, number := range [...]int64{d.Target, int64(d.Media), d.Amount, d.ReplyTo} {
		buf = binary.BigEndian.AppendUint64(buf, uint64(number))
	}
	sum := sha256.Sum256(buf)
	return sum[:]
}

// CRC is CRC-32 (IEEE) of content, a line feed and url, in UTF-8. It finds
// damage on the way, not forgery.
func (d *Draft) CRC() uint32 {
	sum := crc32.ChecksumIEEE([]byte(d.Content))
	sum = crc32.Update(sum, crc32.IEEETable, []byte{'\n'})
	return crc32.Update(sum, crc32.IEEETable, []byte(d.URL))
}

// Message is one entry of a conversation's log, immutable but for a recall,
// which clears what was said and keeps PayloadHash.
type Message struct {
	ConversationID int64
	Seq            int64
	SenderID       int64
	MsgID          string
	Draft          `gorm:"embedded"`
	CRC            uint32
	PayloadHash    []byte
	Hash           []byte
	SentAt         Millis
	RecalledAt     Millis
}

// Chain returns the hash that follows prev in the conversation's hash chain.
// It covers who said what when and as which entry, so no entry can be changed,
// dropped or moved unseen.
func (m *Message) Chain(prev []byte) []byte {
	buf := make([]byte, 0, len(prev)+len(m.MsgID)+len(m.PayloadHash)+32)
	buf = append(buf, prev...)
	buf = binary.BigEndian.AppendUint64(buf, uint64(m.Seq))
	buf = binary.BigEndian.AppendUint64(buf, uint64(m.SenderID))
	buf = binary.AppendUvarint(buf, uint64(len(m.MsgID)))
	buf = append(buf, m.MsgID...)
	buf = binary.BigEndian.AppendUint64(buf, uint64(m.SentAt))
	buf = append(buf, m.PayloadHash...)
	sum := sha256.Sum256(buf)
	return sum[:]
}
