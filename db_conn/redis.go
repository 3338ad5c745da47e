package db_conn

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"ginchat/common"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"go.uber.org/zap"
)

// redisWithin bounds every command: what Redis is asked is never worth waiting for.
const redisWithin = 300 * time.Millisecond

// OpenRedis returns a client of one Redis, of a Cluster when cfg names several
// addresses, or of the master that Sentinels name; nil when cfg names none. It does
// not wait for it: Redis may be away at any time.
func OpenRedis(cfg common.Redis, log *zap.Logger) redis.UniversalClient {
	if !cfg.Configured() {
		return nil
	}
	redis.SetLogger(redisLog{log})
	addrs := cfg.Addrs
	if len(addrs) == 0 {
		addrs = []string{net.JoinHostPort(cfg.IP, strconv.Itoa(cfg.Port))}
	}
	return redis.NewUniversalClient(&redis.UniversalOptions{
		Addrs: addrs, MasterName: cfg.MasterName, DB: cfg.DB, Password: cfg.Pwd,
		DialTimeout: redisWithin, ReadTimeout: redisWithin, WriteTimeout: redisWithin, PoolTimeout: redisWithin,
		ContextTimeoutEnabled: true, MaxRetries: 1, MaxRetryBackoff: 20 * time.Millisecond, DialerRetries: 1,
		// The server has to be no newer than Debian's, which knows none of these.
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
}

// CloseRedis ends a client, which may be nil.
func CloseRedis(client redis.UniversalClient, log *zap.Logger) {
	if client == nil {
		return
	}
	if err := client.Close(); err != nil {
		log.Info("redis connections not closed", zap.Error(err))
	}
}

// redisLog takes what the client has to say of its connections, which without
// Redis is much.
type redisLog struct{ log *zap.Logger }

// Printf is called by the client.
func (l redisLog) Printf(_ context.Context, format string, args ...any) {
	l.log.Debug("redis", zap.String("says", fmt.Sprintf(format, args...)))
}
