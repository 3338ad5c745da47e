// Package logger builds the log. It is passed to whoever writes to it and
// never fetched.
package logger

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"ginchat/common"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"gopkg.in/natefinch/lumberjack.v2"
)

// Rotation of the log file. At the info level a busy node fills one in days.
const (
	fileMegabytes = 100
	filesKept     = 10
	fileDays      = 30
)

// New returns a log of JSON lines, one per entry whatever is in it: to files
// in server.LogPath, or to standard output with server.LogStdout. close
// flushes it and ends it. An error is one line that names the folder.
func New(server common.Server, log common.Log, version string) (_ *zap.Logger, close func() error, err error) {
	level, err := zapcore.ParseLevel(log.Level)
	if err != nil {
		return nil, nil, fmt.Errorf("log.level: %w", err)
	}
	if server.Debug {
		level = zapcore.DebugLevel
	}
	if server.LogStdout {
		// What standard output cannot take is lost either way, and terminals
		// do not know how to flush.
		return build(os.Stdout, level, version), func() error { return nil }, nil
	}
	path := filepath.Join(server.LogPath, "ginchat.log")
	if err := probe(path); err != nil {
		return nil, nil, fmt.Errorf("log file %s cannot be written: %w; set server.log_path to a folder that can, or server.log_stdout", path, err)
	}
	file := &lumberjack.Logger{Filename: path, MaxSize: fileMegabytes, MaxBackups: filesKept, MaxAge: fileDays, Compress: true}
	return build(file, level, version), file.Close, nil
}

func build(out io.Writer, level zapcore.Level, version string) *zap.Logger {
	encoding := zap.NewProductionEncoderConfig()
	encoding.TimeKey = "time"
	encoding.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	encoding.EncodeDuration = zapcore.StringDurationEncoder
	core := zapcore.NewCore(zapcore.NewJSONEncoder(encoding), zapcore.Lock(escaper{out}), level)
	return zap.New(core, zap.Fields(zap.String("version", version)), zap.ErrorOutput(zapcore.Lock(os.Stderr)))
}

// probe finds out at the start what the first entry would otherwise run into.
func probe(path string) error {
	err := os.MkdirAll(filepath.Dir(path), 0o750)
	if err == nil {
		var f *os.File
		// As lumberjack makes it: a log holds addresses and names.
		if f, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600); err == nil {
			return f.Close()
		}
	}
	var cause *fs.PathError
	if errors.As(err, &cause) {
		return cause.Err
	}
	return err
}
