package services

import (
	"os/exec"
	"syscall"
	"testing"
)

// Program is a process that is no service, such as the server under test.
type Program struct{ process *process }

// StartProgram runs cmd in dir and appends what it prints to dir/log. It is
// killed when this process ends; the caller sees to it before.
func StartProgram(dir string, cmd *exec.Cmd) (*Program, error) {
	p, err := startCommand(dir, cmd)
	if err != nil {
		return nil, err
	}
	return &Program{p}, nil
}

// Signal sends s; to a process that has ended it does nothing.
func (p *Program) Signal(s syscall.Signal) { p.process.signal(s) }

// Stop asks the process to end and waits until it has; one that does not is killed.
func (p *Program) Stop() { p.process.stop() }

// Kill9 ends the process as a crash would, and waits until it is gone.
func (p *Program) Kill9() { p.process.kill() }

// Pid returns the id of the process, or of the one that has ended.
func (p *Program) Pid() int { return p.process.pid }

// Done is closed when the process has ended.
func (p *Program) Done() <-chan struct{} { return p.process.done }

// ExitCode is the exit status once Done is closed; -1 after a signal.
func (p *Program) ExitCode() int { return p.process.exit }

// FreePort returns a port that nobody listens on and that the system does not
// hand out by itself, so that it is still free after a restart.
func FreePort(t testing.TB) int {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// Folder makes a folder that goes when this process ends, not when a test does.
func Folder(name string) (string, error) { return newFolder(name) }
