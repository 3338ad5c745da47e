package user

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDevice(t *testing.T) {
	const gecko = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
	tests := []struct{ name, in, want string }{
		{"chrome", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + gecko + "Safari/537.36", "Chrome on Windows"},
		{"edge", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + gecko + "Safari/537.36 Edg/140.0", "Edge on Windows"},
		{"firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"},
		{"safari", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15", "Safari on macOS"},
		{"iphone", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1", "Safari on iPhone"},
		{"wechat", "Mozilla/5.0 (Linux; Android 14) " + gecko + "Mobile Safari/537.36 MicroMessenger/8.0", "WeChat on Android"},
		{"curl", "curl/8.5.0", "curl/8.5.0"},
		{"go", "Go-http-client/1.1 (extra words)", "Go-http-client/1.1"},
		{"own name", "Anna's kitchen tablet", "Anna's kitchen tablet"},
		{"none", "", "unknown device"},
		{"line breaks", "evil\r\nSet-Cookie: a=b", "evil Set-Cookie: a=b"},
		{"escape sequence", "\x1b[31mred\x07", "[31mred"},
		{"bidi", "abc\u202edef", "abc def"},
		{"bad UTF-8", "abc\xffdef", "abc def"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Device(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if got := Device(strings.Repeat("名", 5000)); utf8.RuneCountInString(got) != 128 {
		t.Errorf("a long name has %d characters, want 128", utf8.RuneCountInString(got))
	}
}
