package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"ginchat/model"
	pb "ginchat/proto/chat"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
)

const (
	maxQueued  = 16 << 20 // bytes that wait for one peer
	maxSend    = 1 << 20  // and that one message carries, but for a larger entry
	sendWithin = time.Second
	openWithin = 5 * time.Second
	minBackOff = 100 * time.Millisecond
	maxBackOff = 3 * time.Second
)

// errSlow is a peer that does not take in what it is sent.
var errSlow = errors.New("the peer does not answer in time")

// errStranger is an answerer that does not have the secret.
var errStranger = errors.New("the peer does not prove that it has our rpc.secret; is it the same on every node?")

// link is the way to one peer. Its goroutine alone uses the stream.
type link struct {
	name      string
	conn      *grpc.ClientConn
	secret    string
	stop      context.CancelFunc
	log       *zap.Logger
	connected atomic.Bool
	wake      chan struct{} // has a token when something is queued

	mu    sync.Mutex
	queue []*pb.Batch
	bytes int
}

func newLink(name, address string, cfg Config, stop context.CancelFunc, log *zap.Logger) (*link, error) {
	slower := backoff.Config{BaseDelay: minBackOff, Multiplier: 2, Jitter: 0.3, MaxDelay: maxBackOff}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(cfg.Transport),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: slower, MinConnectTimeout: 2 * time.Second}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: 2 * time.Second, PermitWithoutStream: true}))
	if err != nil {
		return nil, err
	}
	return &link{name: name, conn: conn, secret: cfg.Secret, stop: stop, log: log, wake: make(chan struct{}, 1)}, nil
}

// push queues a batch unless the queue is full.
func (l *link) push(batch *model.Batch) bool {
	message, size := encode(batch)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bytes > 0 && l.bytes+size > maxQueued {
		return false
	}
	l.queue = append(l.queue, message)
	l.bytes += size
	select {
	case l.wake <- struct{}{}:
	default:
	}
	return true
}

// pending reports whether something is queued.
func (l *link) pending() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queue) > 0
}

// take returns what one message shall carry, nil when nothing is queued.
func (l *link) take() *pb.Batch {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		return nil
	}
	all, size := &pb.Batch{}, 0
	for n, batch := range l.queue {
		more := sizeOf(batch)
		if n > 0 && size+more > maxSend {
			l.queue = l.queue[n:]
			return all
		}
		size += more
		l.bytes -= more
		all.Entries = append(all.Entries, batch.Entries...)
		all.Marks = append(all.Marks, batch.Marks...)
		all.Presences = append(all.Presences, batch.Presences...)
		all.Ended = append(all.Ended, batch.Ended...)
	}
	l.queue = nil
	return all
}

// run keeps a stream to the peer until ctx ends.
func (l *link) run(ctx context.Context) {
	defer l.conn.Close()
	var told string
	for wait := minBackOff; ; wait = min(2*wait, maxBackOff) {
		began := time.Now()
		err := l.stream(ctx)
		l.connected.Store(false)
		if ctx.Err() != nil {
			return
		}
		if text := err.Error(); text != told { // once, not at every try
			l.log.Warn("link to peer broke", zap.String("peer", l.name), zap.Error(err))
			told = text
		}
		if time.Since(began) > 2*maxBackOff {
			wait, told = minBackOff, ""
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait/2 + rand.N(wait/2)):
		}
	}
}

// stream opens a stream and sends what is queued until something fails.
func (l *link) stream(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stream, err := l.open(ctx, cancel)
	if err != nil {
		return cause(ctx, err)
	}
	l.connected.Store(true)
	l.log.Info("link to peer is up", zap.String("peer", l.name))
	go func() {
		for {
			if _, err := stream.Recv(); err != nil {
				cancel(err)
				return
			}
		}
	}()
	for {
		batch := l.take()
		if batch == nil {
			select {
			case <-l.wake:
				continue
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		slow := time.AfterFunc(sendWithin, func() { cancel(errSlow) })
		err := stream.Send(batch)
		slow.Stop()
		if err != nil {
			return cause(ctx, err)
		}
	}
}

// open calls the peer; each side proves to the other that it has the secret.
func (l *link) open(ctx context.Context, cancel context.CancelCauseFunc) (grpc.BidiStreamingClient[pb.Batch, pb.Delivered], error) {
	slow := time.AfterFunc(openWithin, func() { cancel(errSlow) })
	defer slow.Stop()
	mine := pb.NewChallenge()
	stream, err := pb.NewPeerClient(l.conn).Deliver(metadata.AppendToOutgoingContext(ctx, pb.ChallengeKey, string(mine)), grpc.WaitForReady(true))
	if err != nil {
		return nil, err
	}
	header, err := stream.Header()
	if err != nil {
		return nil, err
	}
	theirs, proof := header.Get(pb.ChallengeKey), header.Get(pb.ProofKey)
	if len(theirs) != 1 || len(proof) != 1 {
		if _, err := stream.Recv(); err != nil { // why it answered with nothing
			return nil, err
		}
		return nil, errStranger
	}
	if !pb.Proved([]byte(proof[0]), l.secret, "answerer", mine, []byte(theirs[0])) {
		return nil, errStranger
	}
	if err := stream.Send(&pb.Batch{Proof: pb.Prove(l.secret, "caller", mine, []byte(theirs[0]))}); err != nil {
		return nil, err
	}
	_, err = stream.Recv()
	return stream, err
}

// cause prefers why ctx was cancelled over what that did to the stream.
func cause(ctx context.Context, err error) error {
	if why := context.Cause(ctx); why != nil {
		return why
	}
	return err
}
