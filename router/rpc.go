package router

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"time"

	"ginchat/common"
	pb "ginchat/proto/chat"
	"ginchat/service"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	grpchealth "google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
)

// maxBatchSize bounds one message from a peer, in bytes; more than the largest
// batch the log commits at once.
const maxBatchSize = 8 << 20

// maxStreams bounds the calls that one connection has open.
const maxStreams = 16

// StartRPC serves the other nodes on addr; stop ends it.
func StartRPC(addr string, cfg common.RPC, chat *service.Chat, log *zap.Logger) (stop func(), err error) {
	transport, err := NodeCredentials(cfg)
	if err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (rpc.ip, rpc.port): %w", addr, err)
	}
	srv := grpc.NewServer(grpc.Creds(transport), grpc.MaxRecvMsgSize(maxBatchSize), grpc.MaxConcurrentStreams(maxStreams),
		grpc.ConnectionTimeout(5*time.Second),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 10 * time.Second, Timeout: 2 * time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		grpc.UnknownServiceHandler(func(any, grpc.ServerStream) error { return service.Stranger() }))
	pb.RegisterPeerServer(srv, chat)
	healthpb.RegisterHealthServer(srv, grpchealth.NewServer()) // for probes, which have no secret
	go func() {
		if err := srv.Serve(ln); err != nil {
			log.Error("peer server ended", zap.Error(err))
		}
	}()
	return srv.Stop, nil
}

// NodeCredentials returns how this node proves itself to others and checks
// them: mutual TLS when its three files are set, else nothing but the secret.
func NodeCredentials(cfg common.RPC) (credentials.TransportCredentials, error) {
	if !cfg.MutualTLS() {
		return insecure.NewCredentials(), nil
	}
	pair, err := tls.LoadX509KeyPair(cfg.TLSCert, cfg.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("rpc.tls_cert, rpc.tls_key: %w", err)
	}
	pem, err := os.ReadFile(cfg.TLSCA)
	if err != nil {
		return nil, fmt.Errorf("rpc.tls_ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("rpc.tls_ca: %s holds no certificate in PEM form", cfg.TLSCA)
	}
	return credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pool, ClientCAs: pool,
		ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS13}), nil
}
