package services

import "testing"

// Chromium returns the path of the browser that tests drive.
func Chromium(t testing.TB) string {
	t.Helper()
	return need(t, "chromium fonts-noto-color-emoji fonts-noto-cjk", "chromium", "chromium-browser", "google-chrome")
}
