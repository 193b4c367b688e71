/** Types of the site's entries. A missing value is an absent key, never `null` (docs/pages.md). */

export interface EntryUser {
  _id: string;
  avatarUrl: string;
  isPro: boolean;
  fullname: string;
  user: string;
  type: string;
  name?: string;
}

export interface EntryAuthor {
  _id: string;
  user?: EntryUser;
  name: string;
  status?: string;
  statusLastChangedAt?: string;
  hidden: boolean;
}

export interface EntryOrganization {
  _id: string;
  name: string;
  fullname: string;
  avatar?: string;
}

export interface EntryPaper {
  id: string;
  authors: EntryAuthor[];
  mediaUrls?: string[];
  publishedAt: string;
  submittedOnDailyAt?: string;
  title: string;
  submittedOnDailyBy?: EntryUser;
  summary: string;
  upvotes: number;
  discussionId?: string;
  projectPage?: string;
  githubRepo?: string;
  githubRepoAddedBy?: string;
  ai_summary?: string;
  ai_keywords?: string[];
  ai_summary_model?: string;
  githubStars?: number;
  organization?: EntryOrganization;
}

export interface EntrySubmitter {
  _id: string;
  avatarUrl: string;
  fullname: string;
  name: string;
  type: string;
  isPro: boolean;
  isHf: boolean;
  isHfAdmin: boolean;
  isMod: boolean;
  followerCount?: number;
  isUserFollowing: boolean;
}

/** One entry of `dailyPapers`. The API has the same keys, except `upvoted`. */
export interface Entry {
  paper: EntryPaper;
  publishedAt: string;
  title: string;
  summary: string;
  mediaUrls?: string[];
  thumbnail?: string;
  numComments: number;
  upvoted?: boolean;
  submittedBy?: EntrySubmitter;
  organization?: EntryOrganization;
  isAuthorParticipating: boolean;
}
