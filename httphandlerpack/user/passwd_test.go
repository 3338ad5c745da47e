package user

import (
	"slices"
	"strings"
	"testing"

	"ginchat/model"
)

func TestCheckPassword(t *testing.T) {
	u := New(nil, nil, Config{})
	tests := []struct {
		name, passwd string
		good         bool
	}{
		{"7 characters", "x8k!q2z", false},
		{"8 characters", "x8k!q2zü", true},
		{"7 characters of 4 bytes", strings.Repeat("💩", 7), false},
		{"8 characters of 4 bytes", strings.Repeat("💩", 8), true},
		{"64 characters", strings.Repeat("ab c", 16), true},
		{"128 characters", strings.Repeat("密码🔑é", 32), true},
		{"129 characters", strings.Repeat("密码🔑é", 32) + "x", false},
		{"spaces around", "  x8k!q2z  ", true},
		{"common", "password1", false},
		{"common in capitals", "PASSWORD1", false},
		{"commonest", "12345678", false},
		{"empty", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := u.checkPassword("passwd", tt.passwd)
			if (err == nil) != tt.good || err != nil && model.CodeOf(err) != model.Invalid {
				t.Errorf("error = %v, want good = %v", err, tt.good)
			}
		})
	}
}

func TestCommonPasswordsAreWhole(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(commonList, "\n"), "\n")
	if !slices.IsSorted(lines) || len(lines) != 3000 || len(commonPasswords()) != 3000 {
		t.Errorf("the list has %d lines, %d of them different, sorted = %v", len(lines), len(commonPasswords()), slices.IsSorted(lines))
	}
	for _, line := range lines {
		if len([]rune(line)) < minPasswd {
			t.Errorf("%q is too short to matter", line)
		}
	}
}
