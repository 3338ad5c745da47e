// Package model holds what GinChat is about: users, contacts, communities,
// conversations and messages, and the rules that need nothing but them.
package model

import (
	"errors"
	"fmt"
	"time"
)

// Code is the word a client can act on. Each has one HTTP status and one
// WebSocket behaviour, see docs/protocol.md.
type Code string

const (
	Invalid         Code = "invalid"
	Checksum        Code = "checksum"
	Unauthenticated Code = "unauthenticated"
	Forbidden       Code = "forbidden"
	NotFound        Code = "not_found"
	Conflict        Code = "conflict"
	TooLarge        Code = "too_large"
	RateLimited     Code = "rate_limited"
	Unavailable     Code = "unavailable"
	Internal        Code = "internal"
)

// Error is an error that may be shown to whoever asked. Message never holds
// secrets or another person's data.
type Error struct {
	Code    Code
	Message string
	// Field names the input at fault, "" when it is none or several.
	Field string
	// After is how long to wait before trying again; 0 means no advice.
	After time.Duration
}

func (e *Error) Error() string { return e.Message }

// Errorf returns an Error with a formatted message.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// FieldErrorf returns an Invalid error that names the input at fault.
func FieldErrorf(field, format string, args ...any) *Error {
	return &Error{Code: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of the first Error in err's chain: "" for nil,
// Internal when there is none.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
