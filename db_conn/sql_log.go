package db_conn

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.uber.org/zap"
	gormlogger "gorm.io/gorm/logger"
)

// slowSQL is when a statement is worth a warning.
const slowSQL = time.Second

// sqlLog writes gorm's messages to zap. Statements appear without their
// values, which are people's words and secrets.
type sqlLog struct {
	log *zap.Logger
	all bool
}

func newSQLLog(log *zap.Logger, all bool) sqlLog { return sqlLog{log, all} }

// LogMode is gorm's way to change the level; zap decides that here.
func (l sqlLog) LogMode(gormlogger.LogLevel) gormlogger.Interface { return l }

func (l sqlLog) Info(_ context.Context, format string, args ...any) {
	l.log.Info(fmt.Sprintf(format, args...))
}

func (l sqlLog) Warn(_ context.Context, format string, args ...any) {
	l.log.Warn(fmt.Sprintf(format, args...))
}

func (l sqlLog) Error(_ context.Context, format string, args ...any) {
	l.log.Error(fmt.Sprintf(format, args...))
}

// Trace is told of every statement. Its error is the caller's to report.
func (l sqlLog) Trace(_ context.Context, begin time.Time, statement func() (string, int64), err error) {
	took := time.Since(begin)
	slow := took >= slowSQL && !errors.Is(err, context.Canceled)
	if !l.all && !slow {
		return
	}
	sql, rows := statement()
	fields := []zap.Field{zap.String("sql", sql), zap.Int64("rows", rows), zap.Duration("took", took), zap.Bool("failed", err != nil)}
	if slow {
		l.log.Warn("slow sql", fields...)
		return
	}
	l.log.Info("sql", fields...)
}

// ParamsFilter makes gorm show statements with ? in place of values.
func (l sqlLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// driverLog takes what the MySQL driver has to say, mostly of broken links.
type driverLog struct{ log *zap.Logger }

func (l driverLog) Print(args ...any) {
	l.log.Warn("database driver", zap.String("message", strings.TrimSpace(fmt.Sprint(args...))))
}
