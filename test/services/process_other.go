//go:build unix && !linux

package services

import "syscall"

// dieWithParent can only keep Ctrl-C from the child here: t.Cleanup ends it.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
