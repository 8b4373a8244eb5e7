;;; mode_journey.el --- The whole way with countersign.el in a real Emacs, in batch  -*- lexical-binding: t -*-

;; Commands and keys as a person uses them.  What each step left in the buffers goes as JSON to JOURNEY_REPORT; journey.py and
;; test_mode.py judge it.  FAULT names one of the faults to go through instead.

;;; Code:

(require 'cl-lib)
(require 'json)
(defvar native-comp-enable-subr-trampolines)
(defvar comp-enable-subr-trampolines)
(setq native-comp-enable-subr-trampolines nil comp-enable-subr-trampolines nil) ; advice on `message' would start a compiler
(add-to-list 'load-path (expand-file-name "editors/emacs" (getenv "JOURNEY_REPOSITORY")))
(require 'countersign)
(setq create-lockfiles nil auto-save-default nil) ; Emacs's own files beside what is edited

(defvar journey-report nil)
(defvar journey-said nil)

(defun journey-note (key value)
  (setf (alist-get key journey-report) value))

(defun journey-truth (value)
  (if value t json-false))

(defun journey-finish ()
  (journey-note 'said (vconcat (reverse journey-said)))
  (with-temp-file (getenv "JOURNEY_REPORT")
    (insert (json-encode journey-report)))
  (let ((kill-emacs-hook nil))
    (kill-emacs 0)))

(defun journey-fail (format &rest arguments)
  (journey-note 'failure (apply #'format format arguments))
  (journey-finish))

(advice-add 'message :before
            (lambda (format &rest arguments)
              (when format
                (push (apply #'format format arguments) journey-said))))

(defun journey-wait (what condition)
  "Process events until CONDITION gives non-nil, and return that."
  (let ((deadline (+ (float-time) (string-to-number (getenv "JOURNEY_PATIENCE")))) value)
    (while (not (or (setq value (funcall condition)) (> (float-time) deadline)))
      (accept-process-output nil 0.05))
    (or value (journey-fail "waited in vain for %s" what))))

(defun journey-heard (pattern)
  (cl-find-if (lambda (text) (string-match-p pattern text)) journey-said))

(defun journey-forget ()
  (setq journey-said nil))

(defun journey-buffer (pattern)
  "The buffer whose file's path matches PATTERN."
  (cl-find-if (lambda (buffer) (and (buffer-file-name buffer) (string-match-p pattern (buffer-file-name buffer)))) (buffer-list)))

(defun journey-text (buffer)
  (with-current-buffer buffer (buffer-substring-no-properties (point-min) (point-max))))

(defun journey-press (keys)
  "What KEYS run here, run."
  (call-interactively (key-binding (kbd keys))))

(defun journey-ready ()
  (and countersign--told-of (countersign--ready countersign--told-of) countersign--told-of))

(defun journey-open (file)
  (find-file file)
  (journey-wait "the server" #'journey-ready)
  (current-buffer))

(defun journey-document (number revision)
  (journey-wait (format "the document %d.%d" number revision)
                (lambda ()
                  (let ((buffer (journey-buffer (format "/proposals/%d\\.%d\\.diff\\'" number revision))))
                    (and buffer (with-current-buffer buffer (journey-ready)) buffer)))))

(defvar lsp-managed-mode)

(defun journey-beside ()
  "Have another client manage source files too, where JOURNEY_BESIDE names one."
  (when (getenv "JOURNEY_BESIDE")
    (dolist (folder (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*"))
      (add-to-list 'load-path folder t)))
  (pcase (getenv "JOURNEY_BESIDE")
    ("eglot"
     (require 'eglot)
     (add-hook 'c++-mode-hook #'eglot-ensure))
    ("lsp-mode"
     (load "lsp-mode-autoloads" nil t)
     (require 'lsp-mode)
     (setq lsp-auto-guess-root t lsp-enable-snippet nil lsp-completion-provider :none lsp-diagnostics-provider :none
           lsp-session-file (expand-file-name "lsp-session" (getenv "HOME")))
     (add-hook 'c++-mode-hook #'lsp))))

(defun journey-other-server ()
  "Wait for the other client's server, and return whether both serve this buffer."
  (pcase (getenv "JOURNEY_BESIDE")
    ("eglot"
     (apply #'eglot (eglot--guess-contact))
     (journey-wait "the other server" #'eglot-current-server)
     (and (eglot-managed-p) countersign-mode))
    ("lsp-mode"
     (journey-wait "the other server" (lambda () (and (lsp-workspaces) (eq 'initialized (lsp--workspace-status (car (lsp-workspaces)))))))
     (and lsp-managed-mode countersign-mode))))

(defun journey-start ()
  "Have every source file served, beside another client where that is wanted."
  (setq countersign-command (list (getenv "COUNTERSIGN") "lsp"))
  (journey-beside)
  (global-countersign-mode 1))

(defun journey-run ()
  (journey-start)
  (let ((source (journey-open "src/version.cpp")) review)
    (journey-note 'both (journey-truth (journey-other-server)))
    (goto-char (point-max))
    (insert "// not saved\n")

    ;; Explain
    (goto-char (point-min))
    (search-forward "std::string change_between")
    (countersign-explain)
    (journey-note 'explanation (journey-text (journey-wait "an explanation" (lambda () (journey-buffer "/explanations/.*\\.md\\'")))))
    (journey-note 'focus_stayed (journey-truth (eq (window-buffer) source)))

    ;; Refactor: one hunk taken, one refused
    (with-current-buffer source
      (transient-mark-mode 1)
      (goto-char (point-min))
      (push-mark (point-max) t t)
      (countersign-refactor)
      (deactivate-mark))
    (setq review (journey-document 1 1))
    (journey-note 'review (journey-text review))
    (journey-note 'review_mode (symbol-name (buffer-local-value 'major-mode review)))
    (journey-note 'review_is_shown (journey-truth (get-buffer-window review)))
    (journey-note 'one_process (journey-truth (eq (buffer-local-value 'countersign--told-of review) (buffer-local-value 'countersign--told-of source))))
    (journey-note 'text_before (journey-text source))
    (with-current-buffer review
      (journey-note 'letters (mapcar (lambda (letter) (symbol-name (key-binding letter))) '("a" "k" "f" "x" "A" "D" "n" "p")))
      (journey-note 'letters_insert_where_edited
                    (let ((buffer-read-only nil)) (journey-truth (eq (key-binding "a") 'self-insert-command))))
      (goto-char (point-min))
      (diff-hunk-next)
      (journey-forget)
      (journey-press "a"))
    (journey-wait "a word on the first hunk" (lambda () (journey-heard "applied #1")))
    (journey-note 'one_taken (journey-text source))
    (setq review (journey-document 1 2))
    (journey-note 'old_revision_is_gone (journey-truth (not (journey-buffer "/proposals/1\\.1\\.diff\\'"))))
    (with-current-buffer review
      (goto-char (point-min))
      (diff-hunk-next)
      (journey-forget)
      (journey-press "C-c C-k"))
    (journey-wait "a word on the second hunk" (lambda () (journey-heard "iscarded #1")))
    (journey-note 'one_refused (journey-text source))

    ;; Undo: a proposal like any other
    (with-current-buffer source
      (countersign-undo))
    (journey-note 'undo_review (journey-text (journey-document 2 1)))
    (journey-note 'text_before_undo (journey-text source))
    (journey-forget)
    (with-current-buffer (journey-document 2 1)
      (journey-press "A"))
    (journey-wait "a word on the way back" (lambda () (journey-heard "applied #2")))
    (journey-note 'undone (journey-text source))

    ;; Tests: one file refused, one taken
    (with-current-buffer source
      (goto-char (point-min))
      (search-forward "std::string change_between")
      (countersign-add-tests))
    (setq review (journey-document 3 1))
    (journey-forget)
    (with-current-buffer review
      (goto-char (point-min))
      (search-forward "b/CMakeLists.txt\n@@")
      (journey-press "x"))
    (journey-wait "a word on the file refused" (lambda () (journey-heard "iscarded")))
    (setq review (journey-document 3 2))
    (journey-note 'file_refused (journey-text (find-file-noselect (expand-file-name "CMakeLists.txt" (getenv "JOURNEY_PROJECT")))))
    (journey-forget)
    (with-current-buffer review
      (goto-char (point-min))
      (search-forward "b/tests/version_test.cpp\n@@")
      (journey-press "f"))
    (journey-wait "a word on the file taken" (lambda () (journey-heard "applied #3")))
    (journey-note 'file_taken (journey-text (journey-buffer "/tests/version_test\\.cpp\\'")))
    (journey-note 'modified (journey-truth (and (buffer-modified-p source)
                                                (buffer-modified-p (journey-buffer "/tests/version_test\\.cpp\\'")))))
    ;; Discard, from the source
    (with-current-buffer source
      (goto-char (point-min))
      (push-mark (point-max) t t)
      (countersign-refactor)
      (deactivate-mark)
      (journey-document 4 1)
      (journey-note 'before_discard (journey-text source))
      (journey-forget)
      (countersign-discard)
      (journey-note 'discarded (journey-wait "a word on discarding" (lambda () (journey-heard "iscarded #4"))))
      (journey-note 'after_discard (journey-text source))

      ;; Status
      (countersign-status)
      (journey-note 'status (journey-wait "the status" (lambda ()
                                                         (and (get-buffer "*Countersign*") (journey-text (get-buffer "*Countersign*"))))))

      ;; A server that dies: a proposal is still there when it is back
      (goto-char (point-min))
      (push-mark (point-max) t t)
      (countersign-refactor)
      (deactivate-mark)
      (journey-document 5 1)
      (journey-forget)
      (let ((old countersign--told-of))
        (signal-process (jsonrpc--process old) 'SIGKILL)
        (journey-note 'crash (journey-wait "a word on the crash" (lambda () (journey-heard "starts again in"))))
        (journey-wait "another server" (lambda () (and (journey-ready) (not (eq old countersign--told-of))))))
      (journey-forget)
      (journey-note 'kept
                    (journey-wait "the proposal, again" ; the server reads them while it answers already
                                  (lambda ()
                                    (countersign-discard 5)
                                    (accept-process-output nil 0.5)
                                    (journey-heard "iscarded #5"))))

      ;; The person saves, for the first time
      (write-region "" nil (expand-file-name "saving" (getenv "JOURNEY_MARKERS")))
      (setq make-backup-files nil)
      (save-buffer)
      (journey-note 'saved (journey-text source)))
    (journey-finish)))

(defun journey-at-work ()
  "A run whose model never answers: seen, and stopped."
  (journey-start)
  (journey-open "src/version.cpp")
  (search-forward "std::string change_between")
  (countersign-explain)
  (journey-note 'at_work (journey-wait "the mode line to show the run"
                                       (lambda () (and (not (equal " Countersign" (countersign--lighter))) (countersign--lighter)))))
  (countersign-cancel)
  (journey-note 'cancelled (journey-wait "a word on cancelling" (lambda () (journey-heard "cancelled"))))
  (journey-wait "the mode line to be quiet" (lambda () (equal " Countersign" (countersign--lighter))))
  (journey-note 'after_work (countersign--lighter))
  (journey-finish))

(defun journey-caught (function)
  "The text of the error that FUNCTION signals."
  (condition-case problem
      (progn (funcall function) "")
    (error (error-message-string problem))))

(defun journey-serve ()
  "Open the source in front of a server."
  (setq countersign-command (list (getenv "COUNTERSIGN") "lsp"))
  (global-countersign-mode 1)
  (journey-open "src/version.cpp"))

(defun journey-refactor ()
  "Have all of this buffer refactored.  The first proposal's review."
  (push-mark (point-max) t t)
  (transient-mark-mode 1)
  (goto-char (point-min))
  (countersign-refactor)
  (journey-document 1 1))

;; Deciding by less than a proposal.

(defun journey-propose (command changes)
  "Have COMMAND make a proposal that marks CHANGES in the source; its number."
  (journey-forget)
  (funcall command)
  (let ((said (journey-wait "a proposal" (lambda () (journey-heard "proposed as #")))))
    (journey-wait "its marks" (lambda () (= changes (cl-count-if (lambda (overlay) (overlay-get overlay 'countersign))
                                                                 (overlays-in (point-min) (point-max))))))
    (journey-forget)
    (string-match "proposed as #\\([0-9]+\\)" said)
    (match-string 1 said)))

(defun journey-undo ()
  "As C-/ takes back the last change."
  (undo-boundary)
  (setq last-command nil)
  (undo))

(defun journey-refactor-one ()
  (deactivate-mark)
  (goto-char (point-min))
  (search-forward "std::string change_between")
  (countersign-refactor)
  (goto-char (point-min)))

(defun journey-refactor-all ()
  (transient-mark-mode 1)
  (goto-char (point-min))
  (push-mark (point-max) t t)
  (countersign-refactor)
  (deactivate-mark))

(defun journey-add-tests ()
  (goto-char (point-min))
  (search-forward "std::string change_between")
  (countersign-add-tests))

(defun journey-word ()
  "What was said, but for a message on a part."
  (cl-find-if (lambda (text) (and (string-prefix-p "Countersign: " text) (not (string-match-p "; [0-9]+ left" text)))) journey-said))

(defun journey-decide (name command)
  "Note under NAME what comes of COMMAND in this buffer."
  (journey-forget)
  (funcall command)
  (journey-note name `((said . ,(journey-wait name #'journey-word)) (text . ,(journey-text (current-buffer))))))

(defun journey-only-change ()
  "What is asked for by a smaller name than it needs: a file's only change, the only file."
  (journey-serve)
  (journey-propose #'journey-refactor-one 1)
  (journey-decide "hunk_refused" #'countersign-discard-hunk)
  (journey-propose #'journey-refactor-one 1)
  (journey-decide "hunk_taken" #'countersign-apply-hunk)
  (journey-undo)
  (journey-propose #'journey-refactor-all 2)
  (goto-char (point-min))
  (journey-decide "on_none" #'countersign-discard-hunk)
  (journey-decide "file_taken" #'countersign-apply-file))

(defun journey-decided-elsewhere (number path)
  "Discard PATH of proposal NUMBER right before the server is asked what can be done."
  (let ((request (symbol-function 'countersign--request)))
    (fset 'countersign--request
          (lambda (connection method &rest arguments)
            (when (eq method :textDocument/codeAction)
              (fset 'countersign--request request)
              (funcall request connection :workspace/executeCommand
                       (list :command "countersign.discard" :arguments (vector (list :proposal number :files (vector path)))) #'ignore))
            (apply request connection method arguments)))))

(defun journey-decide-on-file (name number file command &optional elsewhere)
  "Note under NAME what comes of COMMAND on FILE of proposal NUMBER and what is left.
ELSEWHERE that file is discarded first."
  (journey-open (expand-file-name file (getenv "JOURNEY_PROJECT")))
  (when elsewhere
    (journey-decided-elsewhere number file))
  (setq countersign--last-proposal number)
  (journey-decide name command)
  (let ((new-file (journey-buffer "/version_test\\.cpp\\'")) (told (alist-get name journey-report nil nil #'equal)))
    (journey-forget)
    (countersign-discard number)
    (journey-wait "the rest" #'journey-word)
    (setf (alist-get name journey-report nil nil #'equal)
          `(,@told (rest . ,(journey-word)) (build_file . ,(journey-text (journey-buffer "/CMakeLists\\.txt\\'")))
            (new_file . ,(if new-file (journey-text new-file) ""))))))

(defun journey-one-of-two-files ()
  "Decisions on one of two files, and what another window decides in between."
  (setq auto-mode-alist (cons '("CMakeLists" . c++-mode) auto-mode-alist)) ; any mode for programs
  (let ((source (journey-serve)))
    (cl-flet ((propose () (with-current-buffer source (journey-propose #'journey-add-tests 0))))
      (journey-decide-on-file "opened_later" (propose) "CMakeLists.txt" #'countersign-apply-file)
      (with-current-buffer (journey-buffer "/CMakeLists\\.txt\\'") (journey-undo))
      (journey-decide-on-file "discarded_elsewhere" (propose) "CMakeLists.txt" #'countersign-discard-file t)
      (journey-decide-on-file "applied_elsewhere" (propose) "tests/version_test.cpp" #'countersign-apply-file t))))

(defun journey-fault (name)
  (pcase name
    ("only_change" (journey-only-change))
    ("one_of_two_files" (journey-one-of-two-files))
    ("missing"
     (setq countersign-command '("countersign-that-is-not-there" "lsp"))
     (global-countersign-mode 1)
     (find-file "src/version.cpp")
     (find-file "src/wrap.cpp")
     (journey-note 'caught (journey-caught #'countersign-explain)))
    ("crashing"
     (setq countersign-command '("false"))
     (let ((run-with-timer (symbol-function 'run-with-timer)) delays)
       (cl-letf (((symbol-function 'run-with-timer)
                  (lambda (seconds repeat function &rest arguments)
                    (if (eq function 'countersign--start-again)
                        (progn (push seconds delays) (apply run-with-timer 0 repeat function arguments))
                      (apply run-with-timer seconds repeat function arguments)))))
         (find-file "src/version.cpp")
         (countersign-mode 1)
         (journey-wait "giving up" (lambda () (journey-heard "not started again")))
         (journey-note 'delays (vconcat (reverse delays))))))
    ("no_file"
     (with-temp-buffer
       (c++-mode)
       (insert "int f() { return 1; }")
       (journey-note 'caught (journey-caught #'countersign-explain))))
    ("remote"
     (with-temp-buffer
       (setq buffer-file-name "/ssh:host:/tmp/a.cpp")
       (journey-note 'caught (journey-caught #'countersign-explain))
       (setq buffer-file-name nil)))
    ("read_only"
     (journey-serve)
     (setq buffer-read-only t)
     (let ((source (current-buffer)))
       (journey-refactor)
       (with-current-buffer source
         (journey-forget)
         (countersign-apply 1)
         (journey-note 'refused (journey-wait "a word" (lambda () (journey-heard "not applied"))))
         (journey-note 'modified (journey-truth (buffer-modified-p))))))
    ("unseen"
     (journey-serve)
     (let ((source (current-buffer)))
       (let ((review (journey-refactor)))
         (with-current-buffer source
           (countersign-mode -1)
           (goto-char (point-min))
           (insert "// mine\n\n\n")
           (journey-note 'before (journey-text source)))
         (with-current-buffer review
           (journey-forget)
           (countersign-apply 1)
           (journey-note 'refused (journey-wait "a word" (lambda () (journey-heard "not applied"))))
           (journey-note 'after (journey-text source))))))
    ("renamed"
     (journey-serve)
     (let ((source (current-buffer)))
       (journey-wait "the server" (lambda () countersign--told-of))
       (set-visited-file-name (expand-file-name "renamed.cpp") t)
       (goto-char (point-min))
       (insert "// mine\n\n\n")
       (journey-refactor)
       (with-current-buffer source
         (journey-forget)
         (countersign-apply 1)
         (journey-note 'applied (journey-wait "a word" (lambda () (journey-heard "pplied #1"))))
         (journey-note 'after (journey-text source)))))
    ("old_server"
     (journey-serve)
     (setf (countersign--commands countersign--told-of) '("countersign.explain"))
     (countersign-review 1)))
  (journey-finish))

(condition-case problem
    (cond ((getenv "FAULT") (journey-fault (getenv "FAULT")))
          ((equal (getenv "STEPS") "at_work") (journey-at-work))
          (t (journey-run)))
  (error (journey-fail "%S" problem)))
;;; mode_journey.el ends here
