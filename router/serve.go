package router

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"

	"ginchat/common"
	"ginchat/version"

	"go.uber.org/zap"
)

// Sockets are what outlives a request; the chat handler has them.
type Sockets interface {
	// Shutdown closes them and waits for their end, or ctx's.
	Shutdown(ctx context.Context)
}

// Serve listens and answers until ctx ends, then drains: the node is not ready
// any more, sockets are closed, requests under way are finished.
func Serve(ctx context.Context, cfg common.Server, handler http.Handler, health *Health, sockets Sockets, log *zap.Logger) error {
	ln, err := listen(cfg)
	if err != nil {
		return err
	}
	srv := newServer(handler, log)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	fmt.Printf("GinChat %s is at %s://%s (stop with Ctrl-C)\n", version.Number(), cfg.Protocol, ln.Addr())
	log.Info("listening", zap.Stringer("address", ln.Addr()))
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	log.Info("draining")
	health.Drain()
	within, cancel := context.WithTimeout(context.Background(), cfg.Drain.Duration())
	defer cancel()
	sockets.Shutdown(within)
	if err := srv.Shutdown(within); err != nil {
		log.Warn("requests were still running at the end of server.drain")
		srv.Close()
	}
	return nil
}

// newServer returns the public server, with the time-outs that keep slow
// clients from holding it up.
func newServer(handler http.Handler, log *zap.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          zap.NewStdLog(log.WithOptions(zap.IncreaseLevel(zap.ErrorLevel))),
	}
}

// listen opens the public address, with TLS when there are certificate files.
func listen(cfg common.Server) (net.Listener, error) {
	ln, err := net.Listen("tcp", cfg.Addr())
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (server.ip, server.port): %w", cfg.Addr(), err)
	}
	if cfg.TLSCert == "" {
		return ln, nil
	}
	pair, err := tls.LoadX509KeyPair(cfg.TLSCert, cfg.TLSKey)
	if err != nil {
		ln.Close()
		return nil, fmt.Errorf("server.tls_cert, server.tls_key: %w", err)
	}
	return tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}), nil
}
