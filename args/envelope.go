// Package args holds what goes over the wire, in and out: HTTP bodies and
// WebSocket frames. Field names are docs/protocol.md's.
package args

// Envelope is the body of every JSON answer.
type Envelope struct {
	Code  int    `json:"code"` // 0, or -1 with Error and Msg set
	Msg   string `json:"msg"`
	Error string `json:"error,omitempty"`
	Field string `json:"field,omitempty"`
	Data  any    `json:"data,omitempty"`
	Rows  any    `json:"rows,omitempty"`
	Total *int64 `json:"total,omitempty"`
}
