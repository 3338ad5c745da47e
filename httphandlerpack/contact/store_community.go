package contact

import (
	"context"
	"errors"
	"fmt"

	"ginchat/model"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// SearchCommunities returns communities by id and prefix of the name key.
func (s *Store) SearchCommunities(ctx context.Context, userID, id int64, name string, limit int) ([]Community, error) {
	var rows []model.Community
	err := s.db.WithContext(ctx).Where("id = ? OR (name_key >= ? AND name_key < ?)", id, name, name+topRune).
		Order(clause.Expr{SQL: "CASE WHEN id = ? THEN 0 ELSE 1 END, name_key, id", Vars: []any{id}}).Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("search communities: %w", err)
	}
	return s.seenBy(ctx, userID, rows)
}

// Community returns one community as the user sees it.
func (s *Store) Community(ctx context.Context, userID, id int64) (Community, error) {
	var row model.Community
	err := s.db.WithContext(ctx).Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Community{}, model.Errorf(model.NotFound, "there is no such community")
	}
	if err != nil {
		return Community{}, fmt.Errorf("read community %d: %w", id, err)
	}
	seen, err := s.seenBy(ctx, userID, []model.Community{row})
	if err != nil {
		return Community{}, err
	}
	return seen[0], nil
}

// Communities returns the communities the user is a member of, by name.
func (s *Store) Communities(ctx context.Context, userID int64) ([]Community, error) {
	var names []string
	err := s.db.WithContext(ctx).Raw("SELECT v.name FROM members m JOIN conversations v ON v.id = m.conversation_id "+
		"WHERE m.user_id = ? AND v.name >= 'g:' AND v.name < 'g;'", userID).Scan(&names).Error
	if err != nil {
		return nil, fmt.Errorf("list memberships of user %d: %w", userID, err)
	}
	if len(names) == 0 {
		return []Community{}, nil
	}
	ids := make([]int64, len(names))
	for i, name := range names {
		parties, err := model.ParseName(name)
		if err != nil {
			return nil, err
		}
		ids[i] = parties.Community
	}
	var rows []model.Community
	if err := s.db.WithContext(ctx).Where("id IN ?", ids).Order("name_key, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list communities of user %d: %w", userID, err)
	}
	return s.seenBy(ctx, userID, rows)
}

// seenBy adds the user's role and request, and the number of members.
func (s *Store) seenBy(ctx context.Context, userID int64, rows []model.Community) ([]Community, error) {
	seen := make([]Community, len(rows))
	names, ids := make([]string, len(rows)), make([]int64, len(rows))
	at := make(map[string]*Community, len(rows))
	for i, row := range rows {
		seen[i].Community = row
		names[i], ids[i] = model.CommunityName(row.ID), row.ID
		at[names[i]] = &seen[i]
	}
	if len(rows) == 0 {
		return seen, nil
	}
	var counts []struct {
		Name    string
		Members int
		Role    model.Role
	}
	err := s.db.WithContext(ctx).Raw("SELECT v.name, COUNT(*) AS members, COALESCE(MAX(CASE WHEN m.user_id = ? THEN m.role END),'') AS role "+
		"FROM conversations v JOIN members m ON m.conversation_id = v.id WHERE v.name IN ? GROUP BY v.name", userID, names).Scan(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("count members: %w", err)
	}
	for _, count := range counts {
		at[count.Name].Members, at[count.Name].Role = count.Members, count.Role
	}
	var asked []int64
	err = s.db.WithContext(ctx).Model(&joinRequest{}).Where("user_id = ? AND community_id IN ?", userID, ids).Pluck("community_id", &asked).Error
	if err != nil {
		return nil, fmt.Errorf("read requests of user %d: %w", userID, err)
	}
	for _, id := range asked {
		row := at[model.CommunityName(id)]
		row.Asked = row.Role == ""
	}
	return seen, nil
}

// Members returns who is in the community.
func (s *Store) Members(ctx context.Context, id int64) (rows []model.Member, err error) {
	err = s.db.WithContext(ctx).Raw("SELECT m.user_id, m.role, m.silenced_until FROM members m "+
		"JOIN conversations v ON v.id = m.conversation_id WHERE v.name = ? ORDER BY m.user_id", model.CommunityName(id)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list members of community %d: %w", id, err)
	}
	return rows, nil
}

// joinRequest is somebody's wish to become a member.
type joinRequest struct {
	CommunityID int64        `gorm:"primaryKey"`
	UserID      int64        `gorm:"primaryKey"`
	CreatedAt   model.Millis `gorm:"autoCreateTime:false"`
}

// Asking returns who has asked to join, the oldest first.
func (s *Store) Asking(ctx context.Context, id int64) (users []int64, err error) {
	err = s.db.WithContext(ctx).Model(&joinRequest{}).Where("community_id = ?", id).Order("created_at, user_id").Pluck("user_id", &users).Error
	if err != nil {
		return nil, fmt.Errorf("list requests to community %d: %w", id, err)
	}
	return users, nil
}

// CountJoins counts who has asked to join, by community that the user manages.
func (s *Store) CountJoins(ctx context.Context, userID int64) (map[int64]int, error) {
	var rows []struct{ CommunityID, Asking int64 }
	// A request that outlived its admission is none.
	err := s.db.WithContext(ctx).Raw("SELECT r.community_id, COUNT(*) AS asking FROM members m "+
		"JOIN conversations v ON v.id = m.conversation_id AND v.name LIKE 'g:%' "+
		"JOIN join_requests r ON r.community_id = CAST(SUBSTR(v.name,3) AS SIGNED) "+
		"LEFT JOIN members a ON a.conversation_id = v.id AND a.user_id = r.user_id "+
		"WHERE m.user_id = ? AND m.role IN ? AND a.user_id IS NULL GROUP BY r.community_id",
		userID, []model.Role{model.RoleOwner, model.RoleAdmin}).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count requests to communities of user %d: %w", userID, err)
	}
	asking := make(map[int64]int, len(rows))
	for _, row := range rows {
		asking[row.CommunityID] = int(row.Asking)
	}
	return asking, nil
}

// AddRequest records a wish to join; Conflict when there is one.
func (s *Store) AddRequest(ctx context.Context, id, userID int64, at model.Millis) error {
	err := s.db.WithContext(ctx).Create(&joinRequest{CommunityID: id, UserID: userID, CreatedAt: at}).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return model.Errorf(model.Conflict, "you have asked already; wait for the answer")
	}
	if err != nil {
		return fmt.Errorf("add request to community %d: %w", id, err)
	}
	return nil
}

// DropRequests deletes the wishes of these users to join; dropped is false when
// there was none.
func (s *Store) DropRequests(ctx context.Context, id int64, users ...int64) (dropped bool, err error) {
	done := s.db.WithContext(ctx).Where("community_id = ? AND user_id IN ?", id, users).Delete(&joinRequest{})
	if done.Error != nil {
		return false, fmt.Errorf("delete requests to community %d: %w", id, done.Error)
	}
	return done.RowsAffected > 0, nil
}
