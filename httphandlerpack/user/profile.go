package user

import (
	"context"
	"slices"

	"ginchat/model"
)

const (
	sexUnknown = "U"
	// maxMemo is the length of what users say of themselves, in characters.
	maxMemo = 200
)

// Update holds a user's new values; nil leaves one as it is.
type Update struct {
	Nickname, Avatar, Sex, Memo *string
	Settings                    *model.Settings
}

// Update changes what a user says of themselves. Invalid names the field at fault.
func (u *Users) Update(ctx context.Context, userID int64, update Update) (model.User, error) {
	user := model.User{ID: userID}
	var columns []string
	if update.Nickname != nil {
		nickname, err := model.CleanName("nickname", *update.Nickname, maxNickname)
		if err != nil {
			return model.User{}, err
		}
		user.Nickname, user.NameKey = nickname, model.SearchKey(nickname)
		columns = append(columns, "nickname", "name_key")
	}
	if update.Avatar != nil {
		avatar, err := model.CleanPicture("avatar", *update.Avatar)
		if err != nil {
			return model.User{}, err
		}
		user.Avatar = avatar
		columns = append(columns, "avatar")
	}
	if update.Sex != nil {
		if !slices.Contains([]string{"M", "W", sexUnknown}, *update.Sex) {
			return model.User{}, model.FieldErrorf("sex", "sex is M, W or U")
		}
		user.Sex = *update.Sex
		columns = append(columns, "sex")
	}
	if update.Memo != nil {
		memo, err := model.CleanText("memo", *update.Memo, maxMemo)
		if err != nil {
			return model.User{}, err
		}
		user.Memo = memo
		columns = append(columns, "memo")
	}
	if update.Settings != nil {
		if err := checkSettings(*update.Settings); err != nil {
			return model.User{}, err
		}
		user.Settings = *update.Settings
		columns = append(columns, "settings")
	}
	if len(columns) > 0 {
		if err := u.store.Update(ctx, &user, columns); err != nil {
			return model.User{}, err
		}
	}
	return u.store.ByID(ctx, userID)
}

func checkSettings(s model.Settings) error {
	if !slices.Contains([]string{"", "light", "dark"}, s.Theme) {
		return model.FieldErrorf("settings", "theme is light, dark or empty")
	}
	if !slices.Contains([]string{"", "en", "zh"}, s.Lang) {
		return model.FieldErrorf("settings", "lang is en, zh or empty")
	}
	return nil
}
